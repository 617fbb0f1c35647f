// A contract's own rooms, which a peer follows from a place that this server has read.
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

class OwnRoomsTest : public ::testing::Test {
 protected:
  void commit(std::string shop = "a") {
    feed.publish(store.commit({{change(kPublic | kDesk, std::move(shop))}}));
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
  Messages heard(WireId wire) {
    settle();
    return loop.heard(wire);
  }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  ManualClock clock;
  LogRecoveryStore recovery{reads.post(), {}, projection, "e", clock};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post(), {}, &recovery};
};

TEST_F(OwnRoomsTest, are_followed_without_a_read_when_they_got_nothing) {
  commit();
  commit("b");
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 2");
  step_feed();
  EXPECT_EQ(reads.waiting(), 0U);
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 3 1"}));
}

TEST_F(OwnRoomsTest, begin_with_exactly_what_they_got_since) {
  for (int i = 0; i < 4; ++i) commit();
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 2");
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 3 2", "change desk:a 4 3"}));
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 5 4"}));
}

TEST_F(OwnRoomsTest, may_begin_ahead_of_the_feed) {
  const WireId other = loop.connect();
  loop.say(other, "own desk:a 0");
  settle();
  // It is committed, and read by whoever is verified, before the feed has told it.
  commit();
  commit();
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 1");
  settle();
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 2 1", "change desk:a 3 2"}));
  EXPECT_EQ(heard(other),
            (Messages{"change desk:a 1 0", "change desk:a 2 1", "change desk:a 3 2"}));
}

TEST_F(OwnRoomsTest, come_in_one_order_with_what_the_others_got_meanwhile) {
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:b 0");
  commit("b");
  EXPECT_EQ(heard(wire), (Messages{"change desk:b 1 0"}));
  loop.say(wire, "hold");
  commit();
  commit("b");
  commit();
  step_feed();
  loop.say(wire, "own desk:a 1");
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 2 0", "change desk:b 3 1", "change desk:a 4 2"}));
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 5 4"}));
}

TEST_F(OwnRoomsTest, are_not_sent_once_the_peer_is_held) {
  commit();
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 0");
  step_feed();
  EXPECT_EQ(reads.waiting(), 1U);
  loop.say(wire, "hold");
  EXPECT_EQ(heard(wire), Messages{});
  loop.say(wire, "release");
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 1 0"}));
}

TEST_F(OwnRoomsTest, that_are_left_while_they_are_read_are_not_sent) {
  commit();
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 0");
  step_feed();
  loop.say(wire, "leave desk:a");
  EXPECT_EQ(heard(wire), Messages{});
}

TEST_F(OwnRoomsTest, that_are_left_while_others_are_read_with_them_are_not_sent) {
  commit();
  commit("b");
  const WireId wire = loop.connect();
  loop.say(wire, "hold");
  loop.say(wire, "own desk:a 0");
  loop.say(wire, "own desk:b 0");
  step_feed();
  loop.say(wire, "leave desk:a");
  EXPECT_EQ(heard(wire), (Messages{"change desk:b 2 0"}));
}

TEST_F(OwnRoomsTest, that_are_followed_already_go_on_as_they_are) {
  const WireId wire = loop.connect();
  loop.say(wire, "own desk:a 0");
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 1 0"}));
  loop.say(wire, "own desk:a 0");
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 2 1"}));
}

}  // namespace
}  // namespace tillcast::feed
