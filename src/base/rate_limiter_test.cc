#include "base/rate_limiter.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast {
namespace {

TEST(TokenBucket, gives_its_burst_at_once_and_then_its_rate) {
  TokenBucket bucket;
  const Rate rate{10, 3};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(rate, 1'000), 0);
  EXPECT_EQ(bucket.take(rate, 1'000), 100);
  EXPECT_EQ(bucket.take(rate, 1'099), 1);
  EXPECT_EQ(bucket.take(rate, 1'100), 0);
  EXPECT_EQ(bucket.take(rate, 1'100), 100);
}

TEST(TokenBucket, is_not_emptied_further_by_those_who_are_refused) {
  TokenBucket bucket;
  const Rate rate{1, 1};
  EXPECT_EQ(bucket.take(rate, 0), 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(bucket.take(rate, 500), 500);
  EXPECT_EQ(bucket.take(rate, 1'000), 0);
}

TEST(TokenBucket, never_holds_more_than_its_burst) {
  TokenBucket bucket;
  const Rate rate{10, 2};
  EXPECT_EQ(bucket.take(rate, 0), 0);
  EXPECT_EQ(bucket.take(rate, 3'600'000), 0);
  EXPECT_EQ(bucket.take(rate, 3'600'000), 0);
  EXPECT_GT(bucket.take(rate, 3'600'000), 0);
}

TEST(TokenBucket, without_a_rate_has_no_limit) {
  TokenBucket bucket;
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(bucket.take({}, 0), 0);
}

TEST(Rate, keeps_how_long_its_bucket_lasts) {
  const Rate rate = Rate{200, 2'000}.scaled_to(5);
  EXPECT_EQ(rate.per_second, 5);
  EXPECT_EQ(rate.burst, 50);
  EXPECT_EQ((Rate{10, 5}.scaled_to(1).burst), 1) << "a bucket that holds nothing would refuse all";
}

TEST(RateLimiter, keeps_a_bucket_for_each_key) {
  RateLimiter limiter({1, 1});
  EXPECT_EQ(limiter.take("a", 0), 0);
  EXPECT_EQ(limiter.take("a", 0), 1'000);
  EXPECT_EQ(limiter.take("b", 0), 0);
}

TEST(RecentTable, forgets_who_was_quiet_the_longest_and_stays_small) {
  RecentTable<int> table(100);
  table.at("busy") = 7;
  for (int i = 0; i < 10'000; ++i) {
    table.at(std::to_string(i)) = i;
    ASSERT_NE(table.find("busy"), nullptr) << i;
    ASSERT_LE(table.size(), 102U);
  }
  EXPECT_EQ(*table.find("busy"), 7);
  EXPECT_EQ(table.find("0"), nullptr);
  table.erase("busy");
  EXPECT_EQ(table.find("busy"), nullptr);
}

TEST(RetryAfter, is_never_too_early) {
  EXPECT_EQ(retry_after_s(1), 1);
  EXPECT_EQ(retry_after_s(1'000), 1);
  EXPECT_EQ(retry_after_s(1'001), 2);
}

}  // namespace
}  // namespace tillcast
