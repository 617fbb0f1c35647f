#include "feed/event_stream.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "feed/testing.h"
#include "protocol/http.h"

namespace tillcast::feed {
namespace {

using storage::kDesk;
using storage::kPublic;
using testing::change;
using testing::WireId;

struct EventFollower final : realtime::PeerData {
  EventFollower(LoopStreams& loop, realtime::EventStreamPeer& peer,
                std::vector<auth::RoomName> rooms, std::optional<Position> since)
      : stream(loop, peer, std::move(rooms), std::move(since)) {}
  EventStream stream;
};

/// One loop that serves /events?room=…&since=… and asks nobody who may follow what.
class EventStreamTest : public ::testing::Test {
 protected:
  EventStreamTest() {
    loop.world.server.http(
        "GET", "/events", [this](realtime::HttpContext& context, const realtime::HttpReply& reply) {
          std::vector<auth::RoomName> rooms;
          for (const auto& room : protocol::query_values(context.target.query, "room")) {
            rooms.push_back(testing::room_named(room));
          }
          const auto since = protocol::query_value(context.target.query, "since");
          reply.open_events(
              loop.world.server.of("/"), [this, rooms, since](realtime::EventStreamPeer& peer) {
                auto follower = std::make_unique<EventFollower>(
                    loop.loop(), peer, rooms, since ? Position::parse(*since) : std::nullopt);
                last = &follower->stream;
                peer.set_data(std::move(follower));
              });
        });
  }

  void commit(const testing::Store::Transactions& transactions) {
    feed.publish(store.commit(transactions));
  }
  void step_feed() {
    while (feed.step()) continue;
    loop.world.turn();
  }
  void settle() {
    do step_feed();
    while (reads.run_one());
    step_feed();
  }
  std::string at(std::uint64_t lsn) { return feed.epoch() + ":" + std::to_string(lsn); }
  std::string id(std::uint64_t lsn) { return "id: " + at(lsn) + "\n\n"; }
  /// An event that is the last of its lsn.
  std::string event(std::string_view room, std::uint64_t lsn, std::uint64_t prev) {
    return earlier_event(room, lsn, prev).substr(0, earlier_event(room, lsn, prev).size() - 1) +
           id(lsn);
  }
  static std::string earlier_event(std::string_view room, std::uint64_t lsn, std::uint64_t prev) {
    const std::string text = "change " + std::string(room) + " " + std::to_string(lsn) + " " +
                             std::to_string(prev) + "\n";
    return "event: " + text + "data: " + text + "\n";
  }

  /// Asks, and forgets the head of the answer.
  WireId ask(const std::string& query) {
    const WireId wire = loop.world.connect();
    loop.world.give(wire, realtime::testing::World::get("/events?" + query));
    std::string& sent = loop.world.wires[wire].sent;
    EXPECT_TRUE(sent.starts_with("HTTP/1.1 200 OK\r\n")) << sent;
    sent.erase(0, sent.find("\r\n\r\n") + 4);
    return wire;
  }
  WireId follow(const std::string& query) {
    const WireId wire = ask(query);
    settle();
    return wire;
  }
  std::string heard(WireId wire) { return loop.world.take(wire); }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post()};
  EventStream* last = nullptr;
};

TEST_F(EventStreamTest, begins_with_its_position) {
  commit({{change(kPublic, "a")}});
  EXPECT_EQ(heard(follow("room=market")), id(1));
}

TEST_F(EventStreamTest, merges_rooms_and_gives_the_id_with_the_last_event_of_an_lsn) {
  const WireId wire = follow("room=market&room=shop:a&room=desk:a");
  EXPECT_EQ(heard(wire), id(0));
  commit({{change(kPublic | kDesk, "a")}, {change(kPublic, "b"), change(kDesk, "a")}});
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), earlier_event("market", 1, 0) + earlier_event("shop:a", 1, 0) +
                             event("desk:a", 1, 0) + event("market", 2, 1) + event("desk:a", 3, 1) +
                             earlier_event("market", 4, 2) + event("shop:a", 4, 1));
}

TEST_F(EventStreamTest, shares_one_encoding_among_those_who_follow_the_same) {
  const WireId one = follow("room=market&room=shop:a");
  const WireId two = follow("room=market&room=shop:a");
  const WireId other = follow("room=market");
  for (const WireId wire : {one, two, other}) heard(wire);
  commit({{change(kPublic, "a")}});
  settle();
  const std::string both = earlier_event("market", 1, 0) + event("shop:a", 1, 0);
  EXPECT_EQ(heard(one), both);
  EXPECT_EQ(heard(two), both);
  EXPECT_EQ(heard(other), event("market", 1, 0));
}

TEST_F(EventStreamTest, is_told_its_position_every_15_seconds) {
  const WireId wire = follow("room=shop:a");
  heard(wire);
  loop.world.advance_ms(limits::kEventStreamIdMs - 1000);
  EXPECT_EQ(heard(wire), "");
  const WireId busy = follow("room=shop:b");
  commit({{change(kPublic, "b")}});
  settle();
  heard(busy);
  loop.world.advance_ms(2000);
  // The room was quiet, but the position moves on with the log.
  EXPECT_EQ(heard(wire), id(1));
  loop.world.advance_ms(limits::kEventStreamIdMs + 1000);
  EXPECT_EQ(heard(wire), id(1));
}

TEST_F(EventStreamTest, resumes_in_the_order_of_the_log) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}, {change(kPublic, "a")}});
  commit({{change(kPublic, "b"), change(kPublic, "a")}});
  const WireId wire = follow("room=shop:b&room=shop:a&since=" + at(1));
  EXPECT_EQ(heard(wire), event("shop:b", 2, 0) + event("shop:a", 3, 1) + event("shop:b", 4, 2) +
                             event("shop:a", 5, 3) + id(5));
}

TEST_F(EventStreamTest, pulls_the_next_page_when_the_socket_took_the_last) {
  const auto pages = 3 * limits::kReplayPageChangesMax;
  testing::Store::Transactions many;
  for (std::size_t i = 0; i < pages; ++i) many.push_back({change(kPublic, i % 3 == 0 ? "a" : "b")});
  commit(many);
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  auto& stream = loop.world.wires[wire];
  stream.window = stream.sent.size();
  settle();
  EXPECT_EQ(reads.waiting(), 0U);
  EXPECT_EQ(stream.sent, "");
  stream.window = SIZE_MAX;
  stream.events->on_writable();
  loop.world.turn();
  EXPECT_EQ(reads.waiting(), 1U);
  settle();
  std::string expected;
  std::uint64_t prev[2] = {0, 0};
  for (std::uint64_t lsn = 1; lsn <= pages; ++lsn) {
    const bool a = (lsn - 1) % 3 == 0;
    expected += event(a ? "shop:a" : "shop:b", lsn, prev[a ? 0 : 1]);
    prev[a ? 0 : 1] = lsn;
  }
  EXPECT_EQ(heard(wire), expected + id(pages));
}

TEST_F(EventStreamTest, gets_what_was_delivered_while_a_page_was_read) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  step_feed();
  ASSERT_TRUE(reads.run_one([&] {
    commit({{change(kPublic, "b")}, {change(kPublic, "a")}});
    while (feed.step()) continue;
    loop.world.turn();
  }));
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 1, 0) + event("shop:b", 2, 0) + event("shop:b", 3, 2) +
                             event("shop:a", 4, 1) + id(4));
}

TEST_F(EventStreamTest, waits_for_a_page_that_is_ahead_of_the_loop) {
  commit({{change(kPublic, "a")}});
  const WireId wire = ask("room=shop:a&since=" + at(0));
  step_feed();
  commit({{change(kPublic, "a")}});
  ASSERT_TRUE(reads.run_one());
  loop.world.turn();
  EXPECT_EQ(heard(wire), "");
  step_feed();
  EXPECT_EQ(heard(wire), event("shop:a", 1, 0) + event("shop:a", 2, 1) + id(2));
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 3, 2));
}

TEST_F(EventStreamTest, resets_only_the_room_that_is_too_old) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}, {change(kPublic, "a")}});
  commit({{change(kPublic, "b")}});
  settle();
  store.prune(Lsn{1});
  const WireId wire = follow("room=shop:a&room=shop:b&since=" + at(0));
  EXPECT_EQ(heard(wire), "data: reset shop:a too_old\n\n" + event("shop:b", 2, 0) +
                             event("shop:b", 4, 2) + id(4));
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 5, 3));
}

TEST_F(EventStreamTest, resets_all_rooms_of_another_epoch) {
  const WireId wire = follow("room=shop:a&room=shop:b&since=elsewhere:7");
  EXPECT_EQ(heard(wire),
            "data: reset shop:a other_epoch\n\ndata: reset shop:b other_epoch\n\n" + id(0));
}

TEST_F(EventStreamTest, goes_on_with_the_other_rooms_when_it_loses_one) {
  const WireId wire = follow("room=shop:a&room=shop:b");
  heard(wire);
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  settle();
  heard(wire);
  last->leave(testing::room_named("shop:a"));
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:b", 4, 2) + id(4));
  last->leave(testing::room_named("shop:b"));
  commit({{change(kPublic, "b")}});
  settle();
  EXPECT_EQ(heard(wire), "");
}

TEST_F(EventStreamTest, loses_a_room_while_it_reads_the_log) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  step_feed();
  last->leave(testing::room_named("shop:a"));
  settle();
  EXPECT_EQ(heard(wire), event("shop:b", 2, 0) + id(2));
}

TEST_F(EventStreamTest, tries_a_failed_read_again) {
  commit({{change(kPublic, "a")}});
  const WireId wire = ask("room=shop:a&since=" + at(0));
  step_feed();
  ASSERT_TRUE(reads.fail_one());
  loop.world.turn();
  EXPECT_EQ(reads.waiting(), 0U);
  loop.world.advance_ms(limits::kFeedRetryMs + 20);
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 1, 0) + id(1));
}

TEST_F(EventStreamTest, that_lost_all_rooms_is_still_told_its_position) {
  commit({{change(kPublic, "a")}});
  const WireId wire = ask("room=shop:a&since=" + at(0));
  step_feed();
  ASSERT_TRUE(reads.fail_one());
  loop.world.turn();
  last->leave(testing::room_named("shop:a"));
  loop.world.advance_ms(limits::kFeedRetryMs + 20);
  EXPECT_EQ(reads.waiting(), 0U) << "there is nothing to try again";
  EXPECT_EQ(heard(wire), id(1));
  loop.world.advance_ms(limits::kEventStreamIdMs + 1000);
  EXPECT_EQ(heard(wire), id(1));
}

TEST_F(EventStreamTest, that_loses_a_room_after_a_failed_read_reads_once) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  step_feed();
  ASSERT_TRUE(reads.fail_one());
  loop.world.turn();
  last->leave(testing::room_named("shop:a"));
  step_feed();
  loop.world.advance_ms(limits::kFeedRetryMs + 20);
  settle();
  EXPECT_EQ(heard(wire), id(0) + event("shop:b", 2, 0) + id(2));
}

/// The feed lost batches, and the log what was in them.
class LostEventsTest : public EventStreamTest {
 protected:
  /// Three changes of shop a that are dropped and pruned, and one of shop a and b after them.
  void lose() {
    for (int i = 0; i < 3; ++i) store.commit({{change(kPublic, "a")}});
    const auto batch = store.commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
    store.prune(Lsn{batch->first.get() - 1});
    feed.publish(batch);
  }
  const std::string reset = "data: reset shop:a too_old\n\n";
};

TEST_F(LostEventsTest, is_told_to_those_who_are_live_and_only_of_that_room) {
  const WireId wire = follow("room=shop:a&room=shop:b");
  const WireId other = follow("room=shop:b");
  heard(wire);
  heard(other);
  lose();
  settle();
  EXPECT_EQ(heard(wire), reset + event("shop:a", 4, 3) + event("shop:b", 5, 0));
  EXPECT_EQ(heard(other), event("shop:b", 5, 0));
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 6, 4));
}

TEST_F(LostEventsTest, is_told_to_those_who_are_catching_up_behind_what_they_read_before) {
  commit({{change(kPublic, "a")}, {change(kPublic, "b")}});
  follow("room=shop:a");
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  step_feed();
  // The page was read before; what was lost is after it.
  ASSERT_TRUE(reads.run_one([&] {
    lose();
    step_feed();
  }));
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 1, 0) + event("shop:b", 2, 0) + reset +
                             event("shop:a", 6, 5) + event("shop:b", 7, 2) + id(7));
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 8, 6));
}

TEST_F(LostEventsTest, is_told_once_to_those_whose_page_was_read_afterwards) {
  commit({{change(kPublic, "a")}});
  follow("room=shop:a");
  const WireId wire = ask("room=shop:a&since=" + at(0));
  step_feed();
  lose();
  settle();
  EXPECT_EQ(heard(wire), reset + id(6));
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(heard(wire), event("shop:a", 7, 5));
}

TEST_F(EventStreamTest, leaves_nothing_behind) {
  const WireId wire = ask("room=shop:a&room=shop:b&since=" + at(0));
  step_feed();
  loop.world.wires[wire].events->on_closed();
  loop.world.turn();
  commit({{change(kPublic, "a")}});
  settle();
  EXPECT_EQ(loop.world.shard.connections(), 0U);
}

}  // namespace
}  // namespace tillcast::feed
