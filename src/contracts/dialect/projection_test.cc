#include "contracts/dialect/projection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "commerce/bulk.h"

namespace tillcast::contracts {
namespace {

using storage::Change;

/// Tells two events of each change, the second one not to those who are at the desk.
class Twice final : public DialectProjection {
 private:
  void tell(const auth::RoomName&, feed::RoomSlice changes, Telling& telling) const override {
    for (const Change* const change : changes) {
      telling.event("first", "\"" + change->id + "\"");
      telling.event("second", "\"" + change->id + "\"", {"desk:s1"});
    }
  }
};

std::vector<Change> transaction(std::uint64_t first, std::size_t count) {
  std::vector<Change> changes(count);
  for (std::size_t i = 0; i < count; ++i) {
    changes[i].txn = Lsn{first};
    changes[i].lsn = Lsn{first + i};
    changes[i].kind = "product";
    changes[i].id = "p" + std::to_string(first + i);
  }
  return changes;
}

std::vector<feed::Message> project(std::string_view room, const std::vector<Change>& changes) {
  std::vector<const Change*> slice;
  for (const Change& change : changes) slice.push_back(&change);
  std::vector<feed::Message> messages;
  Twice().project(auth::parse_room(room).value(), Lsn{1}, slice, messages);
  return messages;
}

TEST(DialectProjection, gives_all_that_is_told_of_a_transaction_its_first_lsn) {
  const auto messages = project("market", transaction(8, 2));
  ASSERT_EQ(messages.size(), 4U);
  for (const auto& message : messages) {
    EXPECT_EQ(message.publication->place.lsn, 8U);
    EXPECT_EQ(message.lsn, Lsn{9});
  }
  EXPECT_EQ(messages[0].publication->event_json, R"(["first","p8"])");
  EXPECT_EQ(messages[3].publication->event_json, R"(["second","p9"])");
  EXPECT_TRUE(messages[0].unless_in.empty());
  EXPECT_EQ(messages[1].unless_in, std::vector<std::string>{"desk:s1"});
}

TEST(DialectProjection, gives_no_two_events_of_rooms_of_different_kinds_the_same_place) {
  std::vector<realtime::EventPlace> places;
  for (const std::string_view room : {"market", "shop:s1", "desk:s1", "user:u1", "admin"}) {
    std::vector<realtime::EventPlace> of_room;
    for (const auto& message : project(room, transaction(8, 3))) {
      of_room.push_back(message.publication->place);
    }
    EXPECT_TRUE(std::is_sorted(of_room.begin(), of_room.end()));
    places.insert(places.end(), of_room.begin(), of_room.end());
  }
  std::sort(places.begin(), places.end());
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
}

TEST(DialectProjection, tells_a_bulk_as_one_reset) {
  auto changes = transaction(8, 1);
  changes[0].kind = std::string(commerce::kBulkKind);
  const auto messages = project("market", changes);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].publication->event_json, R"(["reset",{"reason":"bulk"}])");
  EXPECT_EQ(messages[0].publication->text, R"({"type":"reset","reason":"bulk"})");
}

TEST(DialectProjection, says_what_was_wrong_to_plain_websockets_alone) {
  const Problem problem{401, "token_expired", "Sign in again.", {}, {}};
  const auto ended = Twice().ended(problem, 0);
  EXPECT_EQ(ended.event_json, "");
  EXPECT_EQ(ended.text, R"({"type":"error","code":"session_expired","message":"Sign in again.",)"
                        R"("timestamp":"1970-01-01T00:00:00.000Z"})");
  const auto refused = Twice().refused({400, "unknown_type", "No.", {}, {}}, 0);
  EXPECT_NE(refused.text.find(R"("code":"unknown_type")"), std::string::npos);
}

}  // namespace
}  // namespace tillcast::contracts
