#include "auth/job_token.h"

#include <gtest/gtest.h>

namespace tillcast::auth {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;
const TokenKey kKey{std::string(kTokenKeyBytes, 'k')};
const JobClaims kClaims{"job1", "product1", kNowMs + 600'000};

TEST(JobToken, says_what_was_signed_until_it_ends) {
  const std::string token = sign_job_token(kKey, kClaims);
  EXPECT_TRUE(is_job_token(token));
  EXPECT_EQ(*verify_job_token(kKey, token, kNowMs), kClaims);
  EXPECT_EQ(*verify_job_token(kKey, token, kNowMs + 599'999), kClaims);
  EXPECT_EQ(verify_job_token(kKey, token, kNowMs + 600'000).error(), TokenError::kExpired);
}

// Made with Python's hmac and base64 modules from the same key and claims.
TEST(JobToken, is_a_standard_jws) {
  EXPECT_EQ(sign_job_token(kKey, kClaims),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpPQiJ9."
            "eyJqb2IiOiJqb2IxIiwicHJvZHVjdCI6InByb2R1Y3QxIiwiZXhwX21zIjoxNzAwMDAwNjAwMDAwfQ."
            "WCTP12LUk0CNBTVAZWf3yDUYJ72KnHh6Hi2uX0IV1cI");
}

TEST(JobToken, is_no_access_token_and_the_other_way_round) {
  EXPECT_TRUE(verify_access_token(kKey, sign_job_token(kKey, kClaims), kNowMs).has_error());
  const std::string access = sign_access_token(kKey, {"u", "s", kNowMs / 1000, kNowMs / 1000 + 9});
  EXPECT_FALSE(is_job_token(access));
  EXPECT_TRUE(verify_job_token(kKey, access, kNowMs).has_error());
}

TEST(JobToken, with_any_byte_changed_or_of_another_key_is_refused) {
  const std::string token = sign_job_token(kKey, kClaims);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(verify_job_token(kKey, changed, kNowMs).has_error()) << i;
    EXPECT_TRUE(verify_job_token(kKey, token.substr(0, i), kNowMs).has_error()) << i;
  }
  const TokenKey other{std::string(kTokenKeyBytes, 'o')};
  EXPECT_EQ(verify_job_token(other, token, kNowMs).error(), TokenError::kBadSignature);
}

}  // namespace
}  // namespace tillcast::auth
