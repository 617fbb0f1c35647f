#include "auth/issuer_keys.h"

#include <gtest/gtest.h>

namespace tillcast::auth {
namespace {

std::string set_of(const std::string& kid) {
  return R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":")" + kid +
         R"(","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
}

class IssuerKeysTest : public ::testing::Test {
 protected:
  bool has(const std::string& kid) {
    const auto keys = keys_.keys_for({JwsAlgorithm::kEdDsa, kid}, now_ms_);
    return keys.has_value() && (*keys)->front().kid == kid;
  }
  void pass_s(std::int64_t seconds) { now_ms_ += seconds * 1000; }

  std::int64_t now_ms_ = 1'700'000'000'000;
  int fetched_ = 0;
  Result<FetchedText, std::string> answer_ = FetchedText{0, set_of("one")};
  IssuerKeys keys_{"https://issuer.example/keys", [this](const std::string& where) {
                     EXPECT_EQ(where, "https://issuer.example/keys");
                     ++fetched_;
                     return answer_;
                   }};
};

TEST_F(IssuerKeysTest, are_fetched_once_while_they_are_fresh) {
  EXPECT_TRUE(has("one"));
  pass_s(kKeysFreshS - 1);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(fetched_, 1);
  pass_s(1);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(fetched_, 2);
}

TEST_F(IssuerKeysTest, hold_for_as_long_as_their_sender_says_within_bounds) {
  answer_ = FetchedText{1, set_of("one")};
  EXPECT_TRUE(has("one"));
  pass_s(kKeysFreshSMin - 1);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(fetched_, 1);
  answer_ = FetchedText{kKeysFreshSMax * 100, set_of("one")};
  pass_s(1);
  EXPECT_TRUE(has("one"));
  pass_s(kKeysFreshSMax);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(fetched_, 3);
}

TEST_F(IssuerKeysTest, a_rotated_key_is_found_at_once_but_invented_names_fetch_once_a_minute) {
  EXPECT_TRUE(has("one"));
  pass_s(kKeysRefetchS);
  answer_ = FetchedText{0, set_of("two")};
  EXPECT_TRUE(has("two"));
  EXPECT_EQ(fetched_, 2);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(has("invented" + std::to_string(i)));
  EXPECT_EQ(fetched_, 2);
  EXPECT_TRUE(has("two"));
}

TEST_F(IssuerKeysTest, an_unreachable_issuer_leaves_the_old_keys_for_a_day) {
  EXPECT_TRUE(has("one"));
  answer_ = std::string("The network is down.");
  pass_s(kKeysFreshS);
  EXPECT_TRUE(has("one"));
  pass_s(kKeysStaleSMax - 1);
  EXPECT_TRUE(has("one"));
  pass_s(1);
  const auto keys = keys_.keys_for({JwsAlgorithm::kEdDsa, "one"}, now_ms_);
  ASSERT_FALSE(keys.has_value());
  EXPECT_EQ(keys.error(), "The network is down.");
}

TEST_F(IssuerKeysTest, an_answer_that_is_no_key_set_does_not_replace_the_keys) {
  EXPECT_TRUE(has("one"));
  answer_ = FetchedText{0, "<html>"};
  pass_s(kKeysFreshS);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(fetched_, 2);
}

}  // namespace
}  // namespace tillcast::auth
