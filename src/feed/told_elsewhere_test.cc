// Messages that are told in a room unless their reader is in another one (Message::unless_in): who
// is in both is told once, live, when it catches up and when it comes back.
#include <gtest/gtest.h>

#include "feed/recovery_store.h"
#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kDesk;
using storage::kOwner;
using testing::change;
using testing::WireId;
using Messages = std::vector<std::string>;

/// What user `u` is told who is at the desk of shop `a` is told there.
class ToldElsewhere : public ::testing::Test {
 protected:
  ToldElsewhere() { projection.users_unless_in = {"desk:a", "admin"}; }

  /// In both rooms.
  void commit(int times = 1) {
    for (int i = 0; i < times; ++i) {
      feed.publish(store.commit({{change(kDesk | kOwner, "a", "u", "order")}}));
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
  WireId follower(const std::vector<std::string>& rooms) {
    const WireId wire = loop.connect();
    for (const std::string& room : rooms) loop.say(wire, "join " + room);
    settle();
    loop.heard(wire);
    return wire;
  }
  Messages heard(WireId wire) {
    settle();
    return loop.heard(wire);
  }
  std::string at(std::uint64_t lsn) { return feed.epoch() + ":" + std::to_string(lsn); }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  ManualClock clock;
  LogRecoveryStore recovery{reads.post(), {}, projection, "e", clock};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post(), {}, &recovery};
};

TEST_F(ToldElsewhere, come_once_to_who_is_in_both_rooms) {
  const WireId both = follower({"user:u", "desk:a"});
  const WireId user = follower({"user:u"});
  const WireId desk = follower({"desk:a"});
  commit();
  EXPECT_EQ(heard(both), (Messages{"change desk:a 1 0"}));
  EXPECT_EQ(heard(user), (Messages{"change user:u 1 0"}));
  EXPECT_EQ(heard(desk), (Messages{"change desk:a 1 0"}));
}

TEST_F(ToldElsewhere, come_in_the_user_s_room_again_once_the_other_is_left) {
  const WireId both = follower({"user:u", "desk:a"});
  loop.say(both, "leave desk:a");
  commit();
  EXPECT_EQ(heard(both), (Messages{"change user:u 1 0"}));
}

TEST_F(ToldElsewhere, are_no_reason_to_keep_back_what_another_room_does_not_have) {
  const WireId both = follower({"user:u", "desk:b"});
  commit();
  EXPECT_EQ(heard(both), (Messages{"change user:u 1 0"}));
}

TEST_F(ToldElsewhere, are_left_out_of_a_replay_too) {
  commit(2);
  const WireId wire = follower({"desk:a"});
  loop.say(wire, "join user:u " + at(0));
  EXPECT_EQ(heard(wire), (Messages{"joined user:u " + at(0) + " resumed"}));
  commit();
  EXPECT_EQ(heard(wire), (Messages{"change desk:a 3 2"}));
}

TEST_F(ToldElsewhere, are_left_out_of_what_a_session_missed) {
  commit(2);
  settle();
  const WireId both = loop.connect();
  loop.say(both, "recover user:u@0 desk:a@0");
  const WireId user = loop.connect();
  loop.say(user, "recover user:u@0");
  EXPECT_EQ(heard(both), (Messages{"change desk:a 1 0", "change desk:a 2 1", "recovered"}));
  EXPECT_EQ(heard(user), (Messages{"change user:u 1 0", "change user:u 2 1", "recovered"}));
  commit();
  EXPECT_EQ(heard(both), (Messages{"change desk:a 3 2"}));
}

// What comes between the reading of the log and its end is kept by the rooms and added.
TEST_F(ToldElsewhere, are_left_out_of_what_comes_while_a_session_is_read) {
  commit();
  settle();
  const WireId both = loop.connect();
  loop.say(both, "recover user:u@0 desk:a@0");
  step_feed();
  reads.run_one([&] {
    commit();
    step_feed();
  });
  EXPECT_EQ(heard(both), (Messages{"change desk:a 1 0", "change desk:a 2 1", "recovered"}));
}

}  // namespace
}  // namespace tillcast::feed
