#include "auth/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <new>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

using boost::json::object;

template <auto F>
struct Call {
  template <class T>
  void operator()(T* value) const {
    F(value);
  }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Call<EVP_PKEY_CTX_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Call<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Call<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Call<BN_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Jwk::Free>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_member(const object& key, std::string_view name) {
  const auto* value = key.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

/// The bytes of a base64url member; empty if it is missing or malformed.
std::string bytes_member(const object& key, std::string_view name) {
  return base64url_decode(text_member(key, name)).value_or(std::string{});
}

PublicKey make_key(const char* type, OSSL_PARAM_BLD* build) {
  const Params params(OSSL_PARAM_BLD_to_param(build));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!params || !context) throw std::bad_alloc();
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  PublicKey made(key);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  if (!check) throw std::bad_alloc();
  // A point that is not on the curve, or a modulus that is none, is refused here.
  return EVP_PKEY_public_check(check.get()) == 1 ? std::move(made) : nullptr;
}

PublicKey rsa_key(const object& jwk) {
  const std::string modulus = bytes_member(jwk, "n");
  const std::string exponent = bytes_member(jwk, "e");
  if (modulus.empty() || modulus.size() > kRsaBitsMax / 8 || exponent.empty() ||
      exponent.size() > sizeof(std::uint64_t)) {
    return nullptr;
  }
  const Number n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr));
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!n || !e || !build) throw std::bad_alloc();
  if (BN_num_bits(n.get()) < kRsaBitsMin || BN_is_one(e.get()) || !BN_is_odd(e.get())) {
    return nullptr;
  }
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return make_key("RSA", build.get());
}

PublicKey p256_key(const object& jwk) {
  constexpr std::size_t kCoordinateBytes = 32;
  const std::string x = bytes_member(jwk, "x");
  const std::string y = bytes_member(jwk, "y");
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return nullptr;
  // The uncompressed form of a point (SEC 1 section 2.3.3).
  const std::string point = '\x04' + x + y;
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!build) throw std::bad_alloc();
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return make_key("EC", build.get());
}

PublicKey ed25519_key(const object& jwk) {
  const std::string x = bytes_member(jwk, "x");
  return PublicKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
}

bool has_operation(const object& jwk, std::string_view wanted) {
  const auto* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  if (!operations->is_array()) return false;
  return std::any_of(
      operations->get_array().begin(), operations->get_array().end(),
      [&](const auto& each) { return each.is_string() && each.get_string() == wanted; });
}

/// What a kind of key may verify with, and what reads it.
struct Kind {
  std::vector<JwsAlgorithm> algorithms{};
  PublicKey (*make)(const object&) = nullptr;
};

/// What the key is for; no maker for a kind that is not supported.
Kind kind_of(const object& jwk) {
  const auto type = text_member(jwk, "kty");
  const auto curve = text_member(jwk, "crv");
  if (type == "RSA") return {{JwsAlgorithm::kRs256, JwsAlgorithm::kPs256}, rsa_key};
  if (type == "EC" && curve == "P-256") return {{JwsAlgorithm::kEs256}, p256_key};
  if (type == "OKP" && curve == "Ed25519") return {{JwsAlgorithm::kEdDsa}, ed25519_key};
  return {};
}

/// Leaves what the key itself says it is for; nothing may be left.
void narrow(std::vector<JwsAlgorithm>& algorithms, const object& jwk) {
  const auto use = text_member(jwk, "use");
  if ((!use.empty() && use != "sig") || !has_operation(jwk, "verify")) algorithms.clear();
  if (jwk.contains("alg")) {
    const auto own = parse_jws_algorithm(text_member(jwk, "alg"));
    std::erase_if(algorithms, [&](JwsAlgorithm each) { return each != own; });
  }
}

}  // namespace

void Jwk::Free::operator()(evp_pkey_st* owned) const { EVP_PKEY_free(owned); }

bool Jwk::allows(JwsAlgorithm algorithm) const {
  return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

std::string_view to_string(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::kRs256:
      return "RS256";
    case JwsAlgorithm::kPs256:
      return "PS256";
    case JwsAlgorithm::kEs256:
      return "ES256";
    case JwsAlgorithm::kEdDsa:
      return "EdDSA";
    case JwsAlgorithm::kHs256:
      return "HS256";
  }
  return {};
}

std::optional<JwsAlgorithm> parse_jws_algorithm(std::string_view name) {
  for (const auto algorithm : {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256, JwsAlgorithm::kEs256,
                               JwsAlgorithm::kEdDsa, JwsAlgorithm::kHs256}) {
    if (to_string(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

Result<JwkSet, std::string> parse_jwk_set(std::string_view json) {
  if (json.size() > kJwkSetBytesMax) return std::string("The key set is too long.");
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(json, error);
  const auto* keys =
      error || !parsed.is_object() ? nullptr : parsed.get_object().if_contains("keys");
  if (keys == nullptr || !keys->is_array()) {
    return std::string("The text is no JSON Web Key Set: it must be {\"keys\": [...]}.");
  }
  if (keys->get_array().size() > kJwkSetKeysMax) {
    return "The key set has more than " + std::to_string(kJwkSetKeysMax) + " keys.";
  }
  JwkSet set;
  for (const auto& each : keys->get_array()) {
    if (!each.is_object()) return std::string("A key of the set is no JSON object.");
    const object& jwk = each.get_object();
    Kind kind = kind_of(jwk);
    narrow(kind.algorithms, jwk);
    if (kind.algorithms.empty()) continue;
    Jwk key;
    key.kid = text_member(jwk, "kid");
    key.algorithms = std::move(kind.algorithms);
    key.key = kind.make(jwk);
    if (!key.key) {
      return "The key \"" + key.kid + "\" is malformed, or an RSA key of less than " +
             std::to_string(kRsaBitsMin) + " bits.";
    }
    set.push_back(std::move(key));
  }
  if (set.empty()) {
    return std::string(
        "The key set has no key for RS256, PS256, ES256 (P-256) or EdDSA (Ed25519).");
  }
  return set;
}

Result<JwkSet, std::string> shared_secret(std::string bytes) {
  if (bytes.size() < kSharedSecretBytesMin) {
    return "A shared secret needs at least " + std::to_string(kSharedSecretBytesMin) + " bytes.";
  }
  JwkSet set(1);
  set.front().algorithms = {JwsAlgorithm::kHs256};
  set.front().secret = std::move(bytes);
  return set;
}

}  // namespace tillcast::auth
