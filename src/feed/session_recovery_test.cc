#include "feed/session_recovery.h"

#include <gtest/gtest.h>

#include "feed/recovery_store.h"
#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kDesk;
using storage::kPublic;
using testing::change;
using testing::WireId;
using Messages = std::vector<std::string>;

/// A loop, a feed and a log of which every step is the test's, and sessions that come back.
class SessionRecoveryTest : public ::testing::Test {
 protected:
  void commit(int times = 1) {
    for (int i = 0; i < times; ++i) {
      feed.publish(store.commit({{change(kPublic | kDesk, "a")}}));
    }
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
  WireId come_back(const std::string& rooms) {
    const WireId wire = loop.connect();
    loop.say(wire, "recover " + rooms);
    return wire;
  }
  /// The desk's and the shop's messages of the lsns after `from` up to `to`.
  static Messages both(int from, int to) {
    Messages messages;
    for (int lsn = from + 1; lsn <= to; ++lsn) {
      for (const char* room : {"shop:a", "desk:a"}) {
        messages.push_back("change " + std::string(room) + " " + std::to_string(lsn) + " " +
                           std::to_string(lsn - 1));
      }
    }
    return messages;
  }
  static Messages then(Messages first, const Messages& rest) {
    first.insert(first.end(), rest.begin(), rest.end());
    return first;
  }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  ManualClock clock;
  LogRecoveryStore recovery{reads.post(), {}, projection, "e", clock};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post(), {.page_changes_max = 4}, &recovery};
};

TEST_F(SessionRecoveryTest, brings_all_rooms_as_one_stream_and_goes_on_live) {
  commit(3);
  step_feed();
  const WireId wire = come_back("desk:a@1 shop:a@1");
  settle();
  EXPECT_EQ(loop.heard(wire), then(both(1, 3), {"recovered"}));
  commit(2);
  settle();
  EXPECT_EQ(loop.heard(wire), both(3, 5));
}

TEST_F(SessionRecoveryTest, adds_what_comes_while_the_log_is_read) {
  commit(1);
  step_feed();
  const WireId wire = come_back("desk:a@0 shop:a@0");
  step_feed();
  EXPECT_TRUE(reads.run_one([&] {
    commit(2);
    step_feed();
  }));
  loop.world.turn();
  EXPECT_EQ(loop.heard(wire), then(both(0, 3), {"recovered"}));
  commit(1);
  settle();
  EXPECT_EQ(loop.heard(wire), both(3, 4));
}

TEST_F(SessionRecoveryTest, waits_for_a_loop_that_is_behind_the_log) {
  commit(1);
  step_feed();
  const WireId wire = come_back("desk:a@0 shop:a@0");
  step_feed();
  // Committed, and not yet told to the loop.
  commit(2);
  EXPECT_TRUE(reads.run_one());
  loop.world.turn();
  EXPECT_EQ(loop.heard(wire), Messages{});
  step_feed();
  EXPECT_EQ(loop.heard(wire), then(both(0, 3), {"recovered"}));
  commit(1);
  settle();
  EXPECT_EQ(loop.heard(wire), both(3, 4));
}

TEST_F(SessionRecoveryTest, is_told_once_what_the_feed_reads_back_for_it) {
  commit(1);
  step_feed();
  const WireId wire = come_back("desk:a@0 shop:a@0");
  step_feed();
  // The feed was not given it, as when its queue is full.
  store.commit({{change(kPublic | kDesk, "a")}});
  EXPECT_TRUE(reads.run_one());
  loop.world.turn();
  EXPECT_EQ(loop.heard(wire), Messages{});
  step_feed();
  EXPECT_EQ(loop.heard(wire), then(both(0, 2), {"recovered"}));
  commit(1);
  settle();
  EXPECT_EQ(loop.heard(wire), both(2, 3));
  commit(1);
  settle();
  EXPECT_EQ(loop.heard(wire), both(3, 4));
}

TEST_F(SessionRecoveryTest, reads_again_when_more_came_than_the_rooms_kept) {
  commit(1);
  step_feed();
  const WireId wire = come_back("desk:a@0 shop:a@0");
  step_feed();
  EXPECT_TRUE(reads.run_one([&] {
    commit(5);
    step_feed();
  }));
  settle();
  EXPECT_EQ(loop.heard(wire), then(both(0, 6), {"recovered"}));
}

TEST_F(SessionRecoveryTest, gives_up_what_the_log_does_not_have) {
  commit(3);
  step_feed();
  store.prune(Lsn{2});
  const WireId wire = come_back("desk:a@2 shop:a@1");
  settle();
  EXPECT_EQ(loop.heard(wire), Messages{"gone"});
}

TEST_F(SessionRecoveryTest, goes_on_without_rooms) {
  const WireId wire = come_back("");
  settle();
  EXPECT_EQ(loop.heard(wire), Messages{"recovered"});
}

TEST_F(SessionRecoveryTest, ends_with_its_peer) {
  commit(1);
  step_feed();
  const WireId wire = come_back("desk:a@0");
  step_feed();
  loop.disconnect(wire);
  settle();
  const WireId next = come_back("desk:a@0");
  settle();
  EXPECT_EQ(loop.heard(next), (Messages{"change desk:a 1 0", "recovered"}));
}

}  // namespace
}  // namespace tillcast::feed
