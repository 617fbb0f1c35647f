#include "auth/tokens.h"

#include <openssl/sha.h>

#include <boost/json/object.hpp>
#include <optional>

#include "auth/base64url.h"
#include "auth/hmac.h"
#include "auth/signed_json.h"

namespace tillcast::auth {
namespace {

/// base64url of {"alg":"HS256","typ":"JWT"}: the one header that is written and accepted.
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

std::optional<AccessClaims> read_claims(const boost::json::object& claims) {
  const auto sub = text_claim(claims, "sub");
  const auto sid = text_claim(claims, "sid");
  const auto iat = time_claim(claims, "iat");
  const auto exp = time_claim(claims, "exp");
  if (!sub || !sid || !iat || !exp) return std::nullopt;
  return AccessClaims{*sub, *sid, *iat, *exp};
}

}  // namespace

std::string keyed_hash(const TokenKey& key, std::string_view text) {
  return base64url_encode(hmac_sha256(key.bytes, text));
}

std::string sign_access_token(const TokenKey& key, const AccessClaims& claims) {
  const boost::json::object payload{{"sub", claims.user_id},
                                    {"sid", claims.session_id},
                                    {"iat", claims.issued_at_s},
                                    {"exp", claims.expires_at_s}};
  return sign_json(key, kHeader, payload);
}

Result<AccessClaims, TokenError> verify_access_token(const TokenKey& key, std::string_view token,
                                                     std::int64_t now_ms) {
  const auto payload = open_signed_json(key, kHeader, token);
  if (!payload) return payload.error();
  const auto claims = read_claims(*payload);
  if (!claims) return TokenError::kMalformed;
  if (claims->expires_at_s <= now_ms / 1000) return TokenError::kExpired;
  return *claims;
}

std::string secret_hash(std::string_view secret) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return base64url_encode(digest);
}

}  // namespace tillcast::auth
