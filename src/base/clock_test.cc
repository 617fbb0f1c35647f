#include "base/clock.h"

#include <gtest/gtest.h>

namespace tillcast {
namespace {

TEST(ManualClock, moves_only_when_told) {
  ManualClock clock(1'000);
  EXPECT_EQ(clock.unix_ms(), 1'000);
  EXPECT_EQ(clock.steady_ms(), 1'000);
  clock.advance_ms(25);
  EXPECT_EQ(clock.unix_ms(), 1'025);
  EXPECT_EQ(clock.steady_ms(), 1'025);
}

TEST(SystemClock, counts_milliseconds_and_never_back) {
  const SystemClock clock;
  constexpr std::int64_t kYear2024 = 1'704'067'200'000;
  constexpr std::int64_t kYear2100 = 4'102'444'800'000;
  EXPECT_GT(clock.unix_ms(), kYear2024);
  EXPECT_LT(clock.unix_ms(), kYear2100);
  std::int64_t last = clock.steady_ms();
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t now = clock.steady_ms();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace tillcast
