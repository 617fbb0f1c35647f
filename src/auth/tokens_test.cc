#include "auth/tokens.h"

#include <gtest/gtest.h>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;
const TokenKey kKey{std::string(kTokenKeyBytes, 'k')};
const AccessClaims kClaims{"u1", "session1", kNowMs / 1000, kNowMs / 1000 + 900};

TokenError error_of(std::string_view token, std::int64_t now_ms = kNowMs) {
  const auto result = verify_access_token(kKey, token, now_ms);
  EXPECT_TRUE(result.has_error()) << token;
  return result.has_error() ? result.error() : TokenError{};
}

/// A token with this header and payload that is signed with kKey all the same.
std::string forged(const std::string& header, const std::string& payload) {
  // The signature of other bytes cannot be had from the interface, so such tokens carry a wrong
  // one; what matters is that the header is refused before the signature is looked at.
  return base64url_encode(header) + '.' + base64url_encode(payload) + '.' +
         base64url_encode(std::string(32, 'x'));
}

TEST(AccessToken, says_what_was_signed) {
  const auto claims = verify_access_token(kKey, sign_access_token(kKey, kClaims), kNowMs);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(*claims, kClaims);
}

// Made with Python's hmac and base64 modules from the same key and claims.
TEST(AccessToken, is_a_standard_jws) {
  EXPECT_EQ(sign_access_token(kKey, kClaims),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiJ1MSIsInNpZCI6InNlc3Npb24xIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDA5MDB9."
            "snzviJrLEVzTTTCcCMqORUbmI06xQ8s-TnMXa2zn6Ps");
}

TEST(AccessToken, ends_at_its_expiry) {
  const std::string token = sign_access_token(kKey, kClaims);
  EXPECT_TRUE(verify_access_token(kKey, token, kNowMs + 899'999).has_value());
  EXPECT_EQ(error_of(token, kNowMs + 900'000), TokenError::kExpired);
}

TEST(AccessToken, with_any_byte_changed_is_refused) {
  const std::string token = sign_access_token(kKey, kClaims);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(verify_access_token(kKey, changed, kNowMs).has_error()) << i;
    EXPECT_TRUE(verify_access_token(kKey, token.substr(0, i), kNowMs).has_error()) << i;
  }
}

TEST(AccessToken, of_another_key_is_refused) {
  const TokenKey other{std::string(kTokenKeyBytes, 'o')};
  EXPECT_EQ(error_of(sign_access_token(other, kClaims)), TokenError::kBadSignature);
}

TEST(AccessToken, with_another_header_is_refused_before_its_signature_counts) {
  const std::string payload = R"({"sub":"u1","sid":"s","iat":1,"exp":99999999999})";
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"none","typ":"JWT"})", R"({"alg":"hs256","typ":"JWT"})",
        R"({"alg":"RS256","typ":"JWT"})", R"({"typ":"JWT","alg":"HS256"})",
        R"({"alg":"HS256","typ":"JWT","jku":"https://x"})", R"({"alg":"HS256"})", ""}) {
    EXPECT_EQ(error_of(forged(header, payload)), TokenError::kMalformed) << header;
  }
  EXPECT_EQ(error_of(forged(R"({"alg":"HS256","typ":"JWT"})", payload)), TokenError::kBadSignature);
}

TEST(AccessToken, of_another_shape_is_refused) {
  const std::string token = sign_access_token(kKey, kClaims);
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("a.b.c"), token + "=",
        token + ".", "x" + token, token + ' ', std::string(2000, 'a')}) {
    EXPECT_EQ(error_of(text), TokenError::kMalformed) << text;
  }
}

// SHA-256 of "abc": FIPS 180-2 appendix B.1.
TEST(SecretHash, is_sha_256) {
  EXPECT_EQ(secret_hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

}  // namespace
}  // namespace tillcast::auth
