#include "feed/peer_streams.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kDesk;
using storage::kPublic;
using testing::change;
using testing::WireId;
using Messages = std::vector<std::string>;

/// One loop and a log of which every step is the test's.
class PeerStreamsTest : public ::testing::Test {
 protected:
  void commit(const testing::Store::Transactions& transactions) {
    feed.publish(store.commit(transactions));
  }
  void commit_to_shop(int times = 1) {
    for (int i = 0; i < times; ++i) commit({{change(kPublic, "a")}});
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
  Messages joined(std::string_view room, std::uint64_t lsn, std::string_view how) {
    return {"joined " + std::string(room) + " " + at(lsn) + " " + std::string(how)};
  }
  /// What a join is answered, and what follows.
  Messages join(WireId wire, const std::string& what) {
    loop.say(wire, "join " + what);
    settle();
    return loop.heard(wire);
  }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post()};
};

TEST_F(PeerStreamsTest, without_a_position_follow_from_now_on) {
  commit_to_shop(2);
  const WireId wire = loop.connect();
  EXPECT_EQ(join(wire, "shop:a"), joined("shop:a", 2, "live"));
  commit({{change(kPublic, "a"), change(kPublic, "b")}, {change(kDesk, "a")}});
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 3 2", "change shop:a 6 3"}));
}

TEST_F(PeerStreamsTest, with_a_position_begin_with_exactly_what_was_missed) {
  commit_to_shop(4);
  const WireId wire = loop.connect();
  EXPECT_EQ(join(wire, "shop:a " + at(2)), (Messages{"joined shop:a " + at(2) + " resumed",
                                                     "change shop:a 3 2", "change shop:a 4 3"}));
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 5 4"}));
}

TEST_F(PeerStreamsTest, are_told_to_start_over_when_the_position_cannot_be_resumed) {
  commit_to_shop(5);
  settle();
  store.prune(Lsn{3});
  const WireId wire = loop.connect();
  const std::string live = "joined shop:a " + at(5) + " live";
  EXPECT_EQ(join(wire, "shop:a " + at(2)), (Messages{live, "reset shop:a too_old"}));
  EXPECT_EQ(join(wire, "shop:a " + at(6)), (Messages{live, "reset shop:a ahead"}));
  EXPECT_EQ(join(wire, "shop:a elsewhere:5"), (Messages{live, "reset shop:a other_epoch"}));
  EXPECT_EQ(join(wire, "shop:a " + at(3)), (Messages{"joined shop:a " + at(3) + " resumed",
                                                     "change shop:a 4 3", "change shop:a 5 4"}));
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 6 5"}));
}

// The feed lost batches, and the log what was in them.
class LostHistoryTest : public PeerStreamsTest {
 protected:
  /// Three changes of shop a that are dropped and pruned, and one after them.
  void lose() {
    const auto drop = [&] { store.commit({{change(kPublic, "a")}}); };
    drop();
    drop();
    drop();
    // The log keeps its last change, so there is one more before the three can go.
    const auto batch = store.commit({{change(kPublic, "a")}});
    store.prune(Lsn{lsn_ + 3});
    feed.publish(batch);
    lsn_ += 4;
  }
  std::uint64_t lsn_ = 0;
};

TEST_F(LostHistoryTest, is_told_to_those_who_are_live) {
  const WireId wire = loop.connect();
  const WireId other = loop.connect();
  join(wire, "shop:a");
  join(other, "shop:b");
  lose();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"reset shop:a too_old", "change shop:a 4 3"}));
  EXPECT_EQ(loop.heard(other), Messages{}) << "nothing of that room was lost";
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 5 4"}));
}

TEST_F(LostHistoryTest, is_told_to_those_who_are_catching_up) {
  commit_to_shop(2);
  lsn_ = 2;
  const WireId watching = loop.connect();
  join(watching, "shop:a");
  const WireId wire = loop.connect();
  loop.say(wire, "join shop:a " + at(1));
  // The page was read before; what was lost is after it.
  reads.run_one([&] {
    lose();
    step_feed();
  });
  settle();
  const Messages heard = loop.heard(wire);
  EXPECT_EQ(heard, (Messages{"joined shop:a " + at(2) + " live", "reset shop:a too_old",
                             "change shop:a 6 5"}));
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 7 6"}));
}

TEST_F(PeerStreamsTest, read_the_next_page_when_the_socket_took_the_last) {
  commit_to_shop(static_cast<int>(2 * limits::kReplayPageChangesMax + 10));
  const WireId wire = loop.connect();
  loop.world.wires[wire].window = loop.world.wires[wire].sent.size();
  loop.say(wire, "join shop:a " + at(0));
  settle();
  EXPECT_EQ(reads.waiting(), 0U);
  EXPECT_EQ(loop.heard(wire), Messages{});
  // The socket takes what it is owed, and only then is there another read.
  auto& stream = loop.world.wires[wire];
  stream.window = SIZE_MAX;
  stream.events->on_writable();
  loop.world.turn();
  EXPECT_EQ(loop.heard(wire).size(), 1 + limits::kReplayPageChangesMax - 1);
  EXPECT_EQ(reads.waiting(), 1U);
  settle();
  EXPECT_EQ(loop.heard(wire).size(), limits::kReplayPageChangesMax + 11);
}

TEST_F(PeerStreamsTest, get_what_their_room_got_while_a_page_was_read) {
  commit_to_shop(2);
  const WireId watching = loop.connect();
  join(watching, "shop:a");
  const WireId wire = loop.connect();
  loop.say(wire, "join shop:a " + at(0));
  reads.run_one([&] {
    commit_to_shop();
    step_feed();
  });
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"joined shop:a " + at(0) + " resumed", "change shop:a 1 0",
                                        "change shop:a 2 1", "change shop:a 3 2"}));
}

TEST_F(PeerStreamsTest, do_not_get_twice_what_a_page_was_ahead_of) {
  commit_to_shop();
  const WireId wire = loop.connect();
  join(wire, "market");
  join(wire, "shop:a");
  // The log has it, the loop was not told yet.
  commit_to_shop();
  loop.say(wire, "join shop:a " + at(0));
  reads.run_one();
  loop.world.turn();
  EXPECT_EQ(loop.heard(wire), (Messages{"joined shop:a " + at(0) + " resumed", "change shop:a 1 0",
                                        "change shop:a 2 1"}));
  commit_to_shop();
  settle();
  const Messages rest = loop.heard(wire);
  EXPECT_EQ(std::count(rest.begin(), rest.end(), "change shop:a 2 1"), 0);
  EXPECT_EQ(std::count(rest.begin(), rest.end(), "change shop:a 3 2"), 1);
}

TEST_F(PeerStreamsTest, share_the_page_that_several_want) {
  commit_to_shop(3);
  const WireId first = loop.connect();
  const WireId second = loop.connect();
  join(first, "market");
  loop.say(first, "join shop:a " + at(1));
  loop.say(second, "join shop:a " + at(1));
  step_feed();
  EXPECT_EQ(reads.waiting(), 1U);
  settle();
  EXPECT_EQ(loop.heard(first).size(), 3U);
  EXPECT_EQ(loop.heard(second).size(), 3U);
}

TEST_F(PeerStreamsTest, try_a_failed_read_again_after_a_while) {
  commit_to_shop(2);
  const WireId wire = loop.connect();
  loop.say(wire, "join shop:a " + at(1));
  step_feed();
  EXPECT_TRUE(reads.fail_one());
  loop.world.turn();
  EXPECT_EQ(reads.waiting(), 0U);
  loop.world.advance_ms(limits::kFeedRetryMs + TimerWheel::kTickMs);
  settle();
  EXPECT_EQ(loop.heard(wire).size(), 2U);
}

TEST_F(PeerStreamsTest, answer_a_second_join_of_the_same_room) {
  commit_to_shop();
  const WireId wire = loop.connect();
  EXPECT_EQ(join(wire, "shop:a"), joined("shop:a", 1, "live"));
  commit_to_shop();
  settle();
  loop.heard(wire);
  EXPECT_EQ(join(wire, "shop:a"), joined("shop:a", 2, "live"));
  EXPECT_EQ(join(wire, "shop:a " + at(1)),
            (Messages{"joined shop:a " + at(1) + " resumed", "change shop:a 2 1"}));
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), (Messages{"change shop:a 3 2"}));
}

TEST_F(PeerStreamsTest, answer_a_join_that_the_next_one_replaces) {
  const WireId wire = loop.connect();
  loop.say(wire, "join shop:a");
  loop.say(wire, "join shop:a");
  EXPECT_EQ(loop.heard(wire), (Messages{"refused shop:a superseded"}));
  settle();
  EXPECT_EQ(loop.heard(wire), joined("shop:a", 0, "live"));
}

TEST_F(PeerStreamsTest, get_nothing_more_of_a_room_that_they_left) {
  const WireId wire = loop.connect();
  join(wire, "shop:a");
  loop.say(wire, "leave shop:a");
  commit_to_shop();
  settle();
  EXPECT_EQ(loop.heard(wire), Messages{});
}

TEST_F(PeerStreamsTest, are_not_opened_by_the_answer_to_those_who_left) {
  // Left and joined again before the feed came to it, with a change in between that the second
  // opening is the first to be behind.
  const WireId wire = loop.connect();
  loop.say(wire, "join shop:a");
  loop.say(wire, "leave shop:a");
  commit_to_shop();
  loop.say(wire, "join shop:a");
  loop.heard(wire);
  settle();
  EXPECT_EQ(loop.heard(wire), joined("shop:a", 1, "live"));
}

TEST_F(PeerStreamsTest, are_bounded) {
  const WireId wire = loop.connect();
  for (std::size_t i = 1; i < limits::kRoomsPerSocketMax; ++i) {
    loop.say(wire, "join shop:" + std::to_string(i));
  }
  settle();
  EXPECT_EQ(loop.heard(wire).size(), limits::kRoomsPerSocketMax - 1);
  EXPECT_EQ(join(wire, "shop:a"), (Messages{"refused shop:a too_many_rooms"}));
  loop.say(wire, "leave shop:1");
  EXPECT_EQ(join(wire, "shop:a"), joined("shop:a", 0, "live"));
}

TEST_F(PeerStreamsTest, end_with_their_peer) {
  commit_to_shop(3);
  const WireId wire = loop.connect();
  join(wire, "desk:a");
  loop.say(wire, "join shop:a " + at(0));
  step_feed();
  EXPECT_EQ(reads.waiting(), 1U);
  loop.disconnect(wire);
  settle();
  commit_to_shop();
  const std::size_t slices = projection.slices;
  settle();
  EXPECT_EQ(projection.slices, slices) << "nobody has the room open any more";
}

}  // namespace
}  // namespace tillcast::feed
