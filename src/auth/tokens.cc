#include "auth/tokens.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <stdexcept>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

/// base64url of {"alg":"HS256","typ":"JWT"}: the one header that is written and accepted.
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac_sha256(const TokenKey& key, std::string_view text) {
  std::string mac(SHA256_DIGEST_LENGTH, '\0');
  unsigned length = 0;
  const auto* made =
      HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()), bytes_of(text),
           text.size(), reinterpret_cast<unsigned char*>(mac.data()), &length);
  if (made == nullptr || length != mac.size()) throw std::runtime_error("HMAC-SHA256 failed");
  return mac;
}

std::optional<std::string> text_claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> time_claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<AccessClaims> read_claims(std::string_view json) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(json, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const boost::json::object& claims = parsed.get_object();
  const auto sub = text_claim(claims, "sub");
  const auto sid = text_claim(claims, "sid");
  const auto iat = time_claim(claims, "iat");
  const auto exp = time_claim(claims, "exp");
  if (!sub || !sid || !iat || !exp) return std::nullopt;
  return AccessClaims{*sub, *sid, *iat, *exp};
}

}  // namespace

std::string keyed_hash(const TokenKey& key, std::string_view text) {
  return base64url_encode(hmac_sha256(key, text));
}

std::string sign_access_token(const TokenKey& key, const AccessClaims& claims) {
  const boost::json::object payload{{"sub", claims.user_id},
                                    {"sid", claims.session_id},
                                    {"iat", claims.issued_at_s},
                                    {"exp", claims.expires_at_s}};
  std::string token(kHeader);
  token += '.' + base64url_encode(boost::json::serialize(payload));
  const std::string mac = hmac_sha256(key, token);
  return token += '.' + base64url_encode(mac);
}

Result<AccessClaims, TokenError> verify_access_token(const TokenKey& key, std::string_view token,
                                                     std::int64_t now_ms) {
  if (token.size() > kAccessTokenBytesMax) return TokenError::kMalformed;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last || token.substr(0, first) != kHeader) {
    return TokenError::kMalformed;
  }
  const auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  const auto mac = base64url_decode(token.substr(last + 1));
  if (!payload || !mac) return TokenError::kMalformed;
  const std::string expected = hmac_sha256(key, token.substr(0, last));
  if (mac->size() != expected.size() ||
      CRYPTO_memcmp(mac->data(), expected.data(), expected.size()) != 0) {
    return TokenError::kBadSignature;
  }
  const auto claims = read_claims(*payload);
  if (!claims) return TokenError::kMalformed;
  if (claims->expires_at_s <= now_ms / 1000) return TokenError::kExpired;
  return *claims;
}

std::string secret_hash(std::string_view secret) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(bytes_of(secret), secret.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return base64url_encode(digest);
}

}  // namespace tillcast::auth
