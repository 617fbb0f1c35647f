#include "auth/jws.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <new>
#include <optional>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

using boost::json::object;

struct Parts {
  std::string_view header, payload, signature;
  /// What is signed: header and payload with the dot between.
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  if (token.size() > kOutsideTokenBytesMax) return std::nullopt;
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool contains_any(const object& header, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return header.contains(name); });
}

/// `JWT` and `application/jwt` in any case, `at+jwt` (RFC 9068), or none at all.
bool is_jwt_type(const object& header) {
  const auto* type = header.if_contains("typ");
  if (type == nullptr) return true;
  if (!type->is_string()) return false;
  std::string name(type->get_string());
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name == "jwt" || name == "at+jwt" || name == "application/jwt" ||
         name == "application/at+jwt";
}

Result<JwsHeader, JwsError> check_header(const object& header,
                                         const std::vector<JwsAlgorithm>& allowed) {
  if (contains_any(header, {"jku", "x5u", "jwk", "x5c"})) return JwsError::kKeyInHeader;
  if (contains_any(header, {"crit", "b64", "zip"}) || !is_jwt_type(header)) {
    return JwsError::kCritical;
  }
  const auto* name = header.if_contains("alg");
  if (name == nullptr || !name->is_string()) return JwsError::kMalformed;
  const auto algorithm = parse_jws_algorithm(name->get_string());
  if (!algorithm || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end()) {
    return JwsError::kAlgorithm;
  }
  JwsHeader result{*algorithm, {}};
  if (const auto* kid = header.if_contains("kid")) {
    if (!kid->is_string()) return JwsError::kMalformed;
    result.kid = kid->get_string();
  }
  return result;
}

bool verify_hmac(const std::string& secret, std::string_view text, std::string_view signature) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> mac{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text),
           text.size(), mac.data(), &length) == nullptr) {
    throw std::bad_alloc();
  }
  return signature.size() == mac.size() &&
         CRYPTO_memcmp(signature.data(), mac.data(), mac.size()) == 0;
}

/// ES256 writes r and s one after the other (RFC 7518 section 3.4), OpenSSL reads them as DER.
std::string der_of_ecdsa(std::string_view signature) {
  constexpr int kNumberBytes = 32;
  if (signature.size() != 2 * kNumberBytes) return {};
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes_of(signature), kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(signature) + kNumberBytes, kNumberBytes, nullptr);
  if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    throw std::bad_alloc();
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length < 0) throw std::bad_alloc();
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return text;
}

bool verify_public(EVP_PKEY* key, JwsAlgorithm algorithm, std::string_view text,
                   std::string_view signature) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  if (!context) throw std::bad_alloc();
  EVP_PKEY_CTX* options = nullptr;
  const EVP_MD* digest = algorithm == JwsAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  if (EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) != 1) return false;
  if (algorithm == JwsAlgorithm::kPs256 &&
      (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

bool verify_with(const Jwk& key, JwsAlgorithm algorithm, std::string_view text,
                 const std::string& signature) {
  switch (algorithm) {
    case JwsAlgorithm::kHs256:
      return !key.secret.empty() && verify_hmac(key.secret, text, signature);
    case JwsAlgorithm::kEs256: {
      const std::string der = der_of_ecdsa(signature);
      return !der.empty() && verify_public(key.key.get(), algorithm, text, der);
    }
    case JwsAlgorithm::kRs256:
    case JwsAlgorithm::kPs256:
    case JwsAlgorithm::kEdDsa:
      return verify_public(key.key.get(), algorithm, text, signature);
  }
  return false;
}

}  // namespace

Result<JwsHeader, JwsError> read_jws_header(std::string_view token,
                                            const std::vector<JwsAlgorithm>& allowed) {
  const auto parts = split(token);
  if (!parts) return JwsError::kMalformed;
  const auto json = base64url_decode(parts->header);
  if (!json) return JwsError::kMalformed;
  boost::system::error_code error;
  const boost::json::value header = boost::json::parse(*json, error);
  if (error || !header.is_object()) return JwsError::kMalformed;
  return check_header(header.get_object(), allowed);
}

Result<std::string, JwsError> verify_jws(std::string_view token,
                                         const std::vector<JwsAlgorithm>& allowed,
                                         const JwkSet& keys) {
  const auto header = read_jws_header(token, allowed);
  if (!header) return header.error();
  const Parts parts = *split(token);
  const auto payload = base64url_decode(parts.payload);
  const auto signature = base64url_decode(parts.signature);
  if (!payload || !signature || signature->empty()) return JwsError::kMalformed;
  JwsError why = JwsError::kUnknownKey;
  for (const Jwk& key : keys) {
    if (!key.allows(header->algorithm)) continue;
    // A secret that the operator shares has no name, whatever the token calls it.
    if (!header->kid.empty() && key.secret.empty() && key.kid != header->kid) continue;
    if (verify_with(key, header->algorithm, parts.signed_text, *signature)) return *payload;
    why = JwsError::kBadSignature;
  }
  return why;
}

}  // namespace tillcast::auth
