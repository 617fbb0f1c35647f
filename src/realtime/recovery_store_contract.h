// What every RecoveryStore does, as a test that runs on each: INSTANTIATE_TEST_SUITE_P(…,
// RecoveryStoreContract, …) with a function that makes a harness.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "realtime/recovery_store.h"

namespace tillcast::realtime::testing {

/// A store, and a world in which things happen that it is to remember.
class RecoveryHarness {
 public:
  virtual ~RecoveryHarness() = default;
  virtual RecoveryStore& store() = 0;
  /// Something happens in `shop:a` or `shop:b`.
  virtual EventPlace happen(const std::string& room) = 0;
  /// All that has happened is at or before this place.
  virtual EventPlace here() = 0;
  /// Does what is queued anywhere.
  virtual void settle() = 0;
  virtual void advance_ms(std::int64_t ms) = 0;
  /// How long a session may be away.
  [[nodiscard]] virtual std::int64_t away_ms_max() const = 0;
};

class RecoveryStoreContract
    : public ::testing::TestWithParam<std::unique_ptr<RecoveryHarness> (*)()> {
 protected:
  using Places = std::vector<EventPlace>;

  [[nodiscard]] RecoveryStore& store() { return harness->store(); }

  SavedSession session(const std::string& pid, std::vector<std::string> rooms = {"shop:a"}) {
    SavedSession made{pid, "sid of " + pid, "/", "ann", {}};
    const EventPlace here = harness->here();
    for (auto& room : rooms) made.rooms.push_back({std::move(room), here, here});
    return made;
  }
  bool save(const SavedSession& session) {
    bool good = false;
    store().save(session, [&](bool saved) { good = saved; });
    harness->settle();
    return good;
  }
  std::optional<SavedSession> find(const std::string& pid) {
    std::optional<SavedSession> session;
    store().find(pid, [&](std::optional<SavedSession> found) { session = std::move(found); });
    harness->settle();
    return session;
  }
  /// The places of what the session missed; nothing if it cannot go on.
  std::optional<Places> missed(const SavedSession& session, std::optional<EventPlace> last = {}) {
    std::optional<Places> places;
    store().missed(session, last, [&](const std::shared_ptr<const Missed>& missed) {
      if (missed == nullptr) return;
      places.emplace();
      for (const auto& event : missed->events) places->push_back(event->place);
    });
    harness->settle();
    return places;
  }

  std::unique_ptr<RecoveryHarness> harness = GetParam()();
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RecoveryStoreContract);

TEST_P(RecoveryStoreContract, finds_a_session_as_it_was_saved_last) {
  EXPECT_EQ(find("p1"), std::nullopt);
  const SavedSession first = session("p1");
  EXPECT_TRUE(save(first));
  EXPECT_EQ(find("p1"), first);
  const SavedSession second = session("p1", {"shop:a", "shop:b"});
  EXPECT_TRUE(save(second));
  EXPECT_EQ(find("p1"), second);
  EXPECT_EQ(find("p2"), std::nullopt);
}

TEST_P(RecoveryStoreContract, knows_what_was_saved_before_it_is_written) {
  const SavedSession saved = session("p1");
  store().save(saved, {});
  std::optional<SavedSession> found;
  store().find("p1", [&](std::optional<SavedSession> one) { found = std::move(one); });
  harness->settle();
  EXPECT_EQ(found, saved);
}

TEST_P(RecoveryStoreContract, forgets_a_session) {
  save(session("p1"));
  store().forget("p1");
  EXPECT_EQ(find("p1"), std::nullopt);
  harness->settle();
  EXPECT_EQ(find("p1"), std::nullopt);
}

TEST_P(RecoveryStoreContract, keeps_a_held_session_for_as_long_as_it_lives) {
  save(session("p1"));
  harness->advance_ms(10 * harness->away_ms_max());
  EXPECT_NE(find("p1"), std::nullopt);
}

TEST_P(RecoveryStoreContract, keeps_a_session_that_is_away_for_a_while) {
  save(session("p1"));
  store().release("p1");
  harness->settle();
  harness->advance_ms(harness->away_ms_max() - 1);
  EXPECT_NE(find("p1"), std::nullopt);
  harness->advance_ms(2);
  EXPECT_EQ(find("p1"), std::nullopt);
}

TEST_P(RecoveryStoreContract, counts_no_time_once_the_session_is_held_again) {
  const SavedSession saved = session("p1");
  save(saved);
  store().release("p1");
  store().save(saved, {});
  harness->settle();
  harness->advance_ms(10 * harness->away_ms_max());
  EXPECT_NE(find("p1"), std::nullopt);
}

TEST_P(RecoveryStoreContract, tells_all_that_was_missed_since_the_start_without_an_offset) {
  harness->happen("shop:a");
  const SavedSession saved = session("p1");
  EXPECT_EQ(missed(saved), Places{});
  const Places happened = {harness->happen("shop:a"), harness->happen("shop:a")};
  EXPECT_EQ(missed(saved), happened);
}

TEST_P(RecoveryStoreContract, tells_what_came_after_the_last_event_and_nothing_of_other_rooms) {
  const SavedSession saved = session("p1");
  const EventPlace first = harness->happen("shop:a");
  harness->happen("shop:b");
  const EventPlace second = harness->happen("shop:a");
  EXPECT_EQ(missed(saved, first), Places{second});
  EXPECT_EQ(missed(saved, second), Places{});
}

TEST_P(RecoveryStoreContract, tells_several_rooms_as_one_stream_in_order) {
  const SavedSession saved = session("p1", {"shop:b", "shop:a"});
  Places happened;
  for (int i = 0; i < 3; ++i) {
    happened.push_back(harness->happen("shop:a"));
    happened.push_back(harness->happen("shop:b"));
  }
  EXPECT_EQ(missed(saved), happened);
  EXPECT_EQ(missed(saved, happened[2]), Places(happened.begin() + 3, happened.end()));
}

TEST_P(RecoveryStoreContract, tells_a_room_from_its_own_join_on) {
  SavedSession saved = session("p1");
  const EventPlace first = harness->happen("shop:a");
  harness->happen("shop:b");
  saved.rooms.push_back({"shop:b", harness->here(), harness->here()});
  const EventPlace last = harness->happen("shop:b");
  EXPECT_EQ(missed(saved), (Places{first, last}));
}

TEST_P(RecoveryStoreContract, tells_a_room_from_its_start_that_was_not_in_order_at_the_last_event) {
  SavedSession saved = session("p1", {"shop:a", "shop:b"});
  const EventPlace in_a = harness->happen("shop:a");
  const EventPlace in_b = harness->happen("shop:b");
  const EventPlace in_a_again = harness->happen("shop:a");
  // The client was being brought up to date in shop:b when its last event came.
  saved.rooms[1].until = harness->here();
  EXPECT_EQ(missed(saved, in_a), (Places{in_b, in_a_again}));
  EXPECT_EQ(missed(saved, in_a_again), Places{in_b});
  const EventPlace later = harness->happen("shop:b");
  EXPECT_EQ(missed(saved, later), Places{});
}

TEST_P(RecoveryStoreContract, tells_nothing_rather_than_a_part) {
  const SavedSession saved = session("p1");
  for (std::size_t i = 0; i < limits::kRecoveryEventsMax; ++i) harness->happen("shop:a");
  const auto all = missed(saved);
  ASSERT_NE(all, std::nullopt);
  EXPECT_EQ(all->size(), limits::kRecoveryEventsMax);
  harness->happen("shop:a");
  EXPECT_EQ(missed(saved), std::nullopt);
  EXPECT_NE(missed(saved, all->front()), std::nullopt);
}

TEST_P(RecoveryStoreContract, refuses_a_place_that_it_never_came_to) {
  const SavedSession saved = session("p1");
  const EventPlace last = harness->happen("shop:a");
  EXPECT_EQ(missed(saved, EventPlace{last.lsn + 1, 0}), std::nullopt);
  EXPECT_EQ(missed(saved, EventPlace{UINT64_MAX, 0}), std::nullopt);
  EXPECT_EQ(missed(saved, EventPlace{last.lsn, 10'000}), std::nullopt);
  EXPECT_EQ(missed(saved, EventPlace::after(last.lsn)), std::nullopt);
  EXPECT_EQ(missed(saved, last), Places{});
}

TEST_P(RecoveryStoreContract, has_an_epoch_that_an_offset_can_hold) {
  const Offset offset{store().epoch(), {7, 3}};
  EXPECT_EQ(Offset::parse(offset.to_string()), offset);
}

TEST_P(RecoveryStoreContract, takes_nothing_for_an_offset_that_it_did_not_write_itself) {
  const std::string& epoch = store().epoch();
  for (const char* place :
       {"", ":", ":1", ":1:", "::1", ":1:1:", ":1:1 ", ": 1:1", ":+1:1", ":-1:1", ":01:1", ":1:00",
        ":1:0x1", ":1:4294967296", ":18446744073709551616:1"}) {
    EXPECT_EQ(Offset::parse(epoch + place), std::nullopt) << place;
  }
  EXPECT_EQ(Offset::parse(":1:1"), std::nullopt);
}

}  // namespace tillcast::realtime::testing
