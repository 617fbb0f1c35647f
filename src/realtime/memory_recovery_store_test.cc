#include "realtime/memory_recovery_store.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "realtime/recovery_store_contract.h"

namespace tillcast::realtime {
namespace {

class MemoryHarness final : public testing::RecoveryHarness {
 public:
  RecoveryStore& store() override { return store_; }
  EventPlace happen(const std::string& room) override {
    const auto event = std::make_shared<Publication>();
    event->event_json = "[\"said\"]";
    store_.record({.nsp = "/", .rooms = {room}}, event);
    last_ = event->place;
    return last_;
  }
  EventPlace here() override { return last_; }
  void settle() override {}
  void advance_ms(std::int64_t ms) override { clock_.advance_ms(ms); }
  [[nodiscard]] std::int64_t away_ms_max() const override { return limits::kMemoryRecoveryKeepMs; }

 private:
  ManualClock clock_;
  SeededRandom random_{1};
  MemoryRecoveryStore store_{clock_, random_};
  EventPlace last_{};
};

using testing::RecoveryStoreContract;
INSTANTIATE_TEST_SUITE_P(Memory, RecoveryStoreContract,
                         ::testing::Values([]() -> std::unique_ptr<testing::RecoveryHarness> {
                           return std::make_unique<MemoryHarness>();
                         }));

/// A small store, and what a session of it missed.
class MemoryRecovery : public ::testing::Test {
 protected:
  EventPlace record(const Emission& emission, const std::string& json = "[\"said\"]") {
    const auto event = std::make_shared<Publication>();
    event->event_json = json;
    store.record(emission, event);
    return event->place;
  }
  EventPlace say(const std::string& room) { return record({.nsp = "/", .rooms = {room}}); }
  /// -1 if the session cannot go on.
  int missed(const SavedSession& session, std::optional<EventPlace> last = {}) {
    int count = -1;
    store.missed(session, last, [&](const std::shared_ptr<const Missed>& found) {
      if (found != nullptr) count = static_cast<int>(found->events.size());
    });
    return count;
  }
  bool knows(const std::string& pid) {
    bool known = false;
    store.find(pid, [&](const std::optional<SavedSession>& found) { known = found.has_value(); });
    return known;
  }
  bool save(const std::string& pid) {
    bool good = false;
    store.save({pid, "s" + pid, "/", {}, {}}, [&](bool saved) { good = saved; });
    return good;
  }

  ManualClock clock;
  SeededRandom random{1};
  MemoryRecoveryStore store{
      clock, random, {.sessions_max = 3, .events_max = 4, .bytes_max = 1000, .keep_ms = 60'000}};
  const SavedSession all{"p", "s1", "/", {}, {{"", {}, {}}, {"r", {}, {}}}};
};

TEST_F(MemoryRecovery, tells_whom_an_event_was_for) {
  say("r");
  say("other");
  say("");
  record({.nsp = "/elsewhere", .rooms = {"r"}});
  EXPECT_EQ(missed(all), 2);
}

TEST_F(MemoryRecovery, leaves_out_who_was_left_out) {
  record({.nsp = "/", .rooms = {"r"}, .except = {"", "x"}});
  record({.nsp = "/", .rooms = {"r"}, .without_sid = "s1"});
  record({.nsp = "/", .rooms = {"r"}, .except = {"s1"}});
  EXPECT_EQ(missed(all), 0);
  record({.nsp = "/", .rooms = {"x", "r"}, .without_sid = "s2"});
  EXPECT_EQ(missed(all), 1);
}

TEST_F(MemoryRecovery, tells_events_of_one_socket_between_those_of_rooms) {
  const EventPlace first = say("r");
  const EventPlace own = record({.nsp = "/", .to_sid = "s1", .after = first});
  record({.nsp = "/", .to_sid = "s2", .after = first});
  const EventPlace next = say("r");
  EXPECT_LT(first, own);
  EXPECT_LT(own, next);
  EXPECT_EQ(missed(all, first), 2);
  EXPECT_EQ(missed(all, own), 1);
  record({.nsp = "/", .rooms = {"s1"}});
  EXPECT_EQ(missed(all, next), 1);
}

TEST_F(MemoryRecovery, drops_the_oldest_events_and_knows_who_misses_them) {
  const EventPlace first = say("r");
  for (int i = 0; i < 4; ++i) say("other");
  // What was dropped is something that this session had.
  EXPECT_EQ(missed(all, first), 0);
  EXPECT_EQ(missed(all), -1);
}

TEST_F(MemoryRecovery, bounds_the_bytes_of_events) {
  record({.nsp = "/", .rooms = {"r"}}, std::string(600, 'x'));
  EXPECT_EQ(missed(all), 1);
  record({.nsp = "/", .rooms = {"other"}}, std::string(600, 'x'));
  EXPECT_EQ(missed(all), -1);
}

TEST_F(MemoryRecovery, drops_events_with_time_but_loses_no_session_to_quiet_minutes) {
  const EventPlace last = say("r");
  say("other");
  clock.advance_ms(600'000);
  EXPECT_EQ(missed(all, last), 0);
  EXPECT_EQ(missed(all), -1);
}

TEST_F(MemoryRecovery, bounds_what_it_remembers_of_dropped_events) {
  const EventPlace last = say("r");
  for (int i = 0; i < 20; ++i) say("room " + std::to_string(i));
  EXPECT_EQ(missed(all, last), -1);
  EXPECT_EQ(missed(all, say("r")), 0);
}

TEST_F(MemoryRecovery, forgets_the_longest_away_first_and_never_who_is_held) {
  for (const char* pid : {"1", "2", "3"}) EXPECT_TRUE(save(pid));
  EXPECT_FALSE(save("4"));
  store.release("2");
  clock.advance_ms(1);
  store.release("1");
  EXPECT_TRUE(save("4"));
  EXPECT_TRUE(knows("1"));
  EXPECT_FALSE(knows("2"));
  EXPECT_TRUE(knows("3"));
}

}  // namespace
}  // namespace tillcast::realtime
