// Access tokens (JWS compact with HS256: RFC 7515, RFC 7519) and the hashes of stored secrets.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tillcast::auth {

/// The key that this installation signs with; made once, at init, and kept in the database.
struct TokenKey {
  std::string bytes;
};

/// Bytes of a new TokenKey: as many as the hash gives (RFC 7518 section 3.2).
inline constexpr std::size_t kTokenKeyBytes = 32;
/// Longer texts are refused unread.
inline constexpr std::size_t kAccessTokenBytesMax = 1024;

/// What an access token says. Roles and shops are not in it: they are read when it is used, so that
/// taking them away works at once.
struct AccessClaims {
  std::string user_id;     // sub
  std::string session_id;  // sid
  std::int64_t issued_at_s = 0;
  std::int64_t expires_at_s = 0;

  friend bool operator==(const AccessClaims&, const AccessClaims&) = default;
};

enum class TokenError : std::uint8_t { kMalformed, kBadSignature, kExpired };

std::string sign_access_token(const TokenKey& key, const AccessClaims& claims);

/// Accepts only tokens with the header that sign_access_token writes, so no other `alg` can be
/// meant.
Result<AccessClaims, TokenError> verify_access_token(const TokenKey& key, std::string_view token,
                                                     std::int64_t now_ms);

/// How session cookies and refresh tokens are stored: SHA-256 as base64url. They are random, so no
/// salt is needed.
std::string secret_hash(std::string_view secret);

/// Base64url of an HMAC-SHA256 by the key. `text` must not begin as a token does (`eyJ`).
std::string keyed_hash(const TokenKey& key, std::string_view text);

/// Length of the random text of a session cookie or refresh token: 258 bits.
inline constexpr std::size_t kSecretLength = 43;

}  // namespace tillcast::auth
