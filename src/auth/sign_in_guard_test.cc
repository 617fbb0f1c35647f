#include "auth/sign_in_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast::auth {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

/// Uses up what is free.
void fail_freely(SignInGuard& guard, std::string_view key) {
  for (std::int64_t i = 0; i < limits::kSignInFreeFailures; ++i) {
    ASSERT_EQ(guard.begin(key, kNow), 0);
  }
}

TEST(SignInGuard, lets_a_few_mistakes_pass_and_then_doubles_the_wait) {
  SignInGuard guard;
  fail_freely(guard, "a");
  std::int64_t now = kNow;
  std::int64_t wait = limits::kSignInWaitMsMin;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(guard.begin("a", now), 0);
    ASSERT_EQ(guard.begin("a", now), wait) << i;
    ASSERT_EQ(guard.begin("a", now + wait - 1), 1) << "asking too early is not punished";
    now += wait;
    wait = std::min(wait * 2, limits::kSignInWaitMsMax);
  }
  EXPECT_EQ(wait, limits::kSignInWaitMsMax);
}

TEST(SignInGuard, bounds_what_can_be_guessed_in_a_day) {
  SignInGuard guard;
  int tried = 0;
  for (std::int64_t now = kNow; now < kNow + 24LL * 3600 * 1000; now += 500) {
    if (guard.begin("a", now) == 0) ++tried;
  }
  EXPECT_LT(tried, 120);
}

TEST(SignInGuard, counts_tries_that_run_at_the_same_time) {
  SignInGuard guard;
  int admitted = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (guard.begin("a", kNow) == 0) ++admitted;
  }
  EXPECT_EQ(admitted, limits::kSignInFreeFailures + 1);
}

TEST(SignInGuard, makes_nobody_else_wait) {
  SignInGuard guard;
  const std::string attacker = sign_in_key("ann@example.org", "192.0.2.1", "");
  for (int i = 0; i < 100; ++i) guard.begin(attacker, kNow);
  EXPECT_GT(guard.begin(attacker, kNow), 0);
  EXPECT_EQ(guard.begin(sign_in_key("ann@example.org", "192.0.2.2", ""), kNow), 0);
  EXPECT_EQ(guard.begin(sign_in_key("ann@example.org", "192.0.2.1", "laptop"), kNow), 0)
      << "a known device is not held up by its neighbours";
  EXPECT_EQ(guard.begin(sign_in_key("bob@example.org", "192.0.2.1", ""), kNow), 0);
}

TEST(SignInGuard, forgets_after_a_success_and_after_a_while) {
  SignInGuard guard;
  fail_freely(guard, "a");
  EXPECT_EQ(guard.begin("a", kNow), 0);
  EXPECT_GT(guard.begin("a", kNow), 0);
  guard.succeeded("a");
  fail_freely(guard, "a");
  EXPECT_EQ(guard.begin("a", kNow), 0);
  EXPECT_GT(guard.begin("a", kNow), 0);
  EXPECT_EQ(guard.begin("a", kNow + limits::kSignInForgetMs), 0);
  EXPECT_EQ(guard.begin("a", kNow + limits::kSignInForgetMs), 0) << "the mistakes are free again";
}

TEST(SignInGuard, does_not_count_what_was_not_compared) {
  SignInGuard guard;
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(guard.begin("a", kNow), 0);
    guard.withdraw("a");
  }
}

TEST(SignInGuard, waits_longer_than_it_remembers_nothing) {
  static_assert(limits::kSignInWaitMsMax < limits::kSignInForgetMs,
                "else waiting would be forgotten before it is over");
}

TEST(DeviceCookie, is_good_for_its_account_alone) {
  const TokenKey key{std::string(kTokenKeyBytes, 'k')};
  const std::string device(kSecretLength, 'd');
  const std::string cookie = device_cookie(key, "u1", device);
  EXPECT_EQ(device_of(key, "u1", cookie), device);
  EXPECT_EQ(device_of(key, "u2", cookie), "");
  EXPECT_EQ(device_of(key, "", cookie), "");
  EXPECT_EQ(device_of({std::string(kTokenKeyBytes, 'x')}, "u1", cookie), "");
}

TEST(DeviceCookie, with_any_byte_changed_is_none) {
  const TokenKey key{std::string(kTokenKeyBytes, 'k')};
  const std::string cookie = device_cookie(key, "u1", std::string(kSecretLength, 'd'));
  for (std::size_t i = 0; i < cookie.size(); ++i) {
    std::string changed = cookie;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(device_of(key, "u1", changed), "") << i;
  }
  EXPECT_EQ(device_of(key, "u1", cookie.substr(0, cookie.size() - 1)), "");
  EXPECT_EQ(device_of(key, "u1", ""), "");
}

}  // namespace
}  // namespace tillcast::auth
