#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace tillcast {
namespace {

struct Alarm final : Timer {
  ~Alarm() = default;
  void on_timer() override {
    ++fired;
    if (then) then();
  }
  int fired = 0;
  std::function<void()> then;
};

TEST(TimerWheel, fires_once_and_not_before_its_time) {
  TimerWheel wheel(1'000);
  Alarm alarm;
  wheel.arm(alarm, 1'100);
  wheel.advance(1'099);
  EXPECT_EQ(alarm.fired, 0);
  wheel.advance(1'100 + TimerWheel::kTickMs);
  EXPECT_EQ(alarm.fired, 1);
  EXPECT_FALSE(alarm.armed());
  wheel.advance(10'000);
  EXPECT_EQ(alarm.fired, 1);
}

TEST(TimerWheel, waits_longer_than_one_round) {
  TimerWheel wheel(0);
  Alarm alarm;
  wheel.arm(alarm, 100'000);
  for (std::int64_t now = 0; now < 99'990; now += 500) wheel.advance(now);
  EXPECT_EQ(alarm.fired, 0);
  wheel.advance(100'010);
  EXPECT_EQ(alarm.fired, 1);
}

TEST(TimerWheel, moves_and_disarms) {
  TimerWheel wheel(0);
  Alarm moved;
  Alarm disarmed;
  wheel.arm(moved, 50);
  wheel.arm(moved, 500);
  wheel.arm(disarmed, 50);
  TimerWheel::disarm(disarmed);
  wheel.advance(400);
  EXPECT_EQ(moved.fired, 0);
  wheel.advance(600);
  EXPECT_EQ(moved.fired, 1);
  EXPECT_EQ(disarmed.fired, 0);
}

TEST(TimerWheel, a_timer_may_end_others_and_arm_itself_while_it_fires) {
  TimerWheel wheel(0);
  Alarm first;
  auto second = std::make_unique<Alarm>();
  wheel.arm(first, 80);
  wheel.arm(*second, 80);
  first.then = [&] {
    second.reset();
    if (first.fired == 1) wheel.arm(first, 81);
  };
  wheel.advance(200);
  EXPECT_EQ(second, nullptr);
  wheel.advance(300);
  EXPECT_EQ(first.fired, 2);
}

TEST(TimerWheel, says_how_long_a_loop_may_sleep) {
  TimerWheel wheel(0);
  EXPECT_EQ(wheel.sleep_ms(0, 1'000), 1'000);
  Alarm alarm;
  wheel.arm(alarm, 100);
  EXPECT_GE(wheel.sleep_ms(0, 1'000), 100);
  EXPECT_LE(wheel.sleep_ms(0, 1'000), 100 + TimerWheel::kTickMs);
}

}  // namespace
}  // namespace tillcast
