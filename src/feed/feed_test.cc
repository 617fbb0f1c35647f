#include "feed/feed.h"

#include <gtest/gtest.h>

#include <future>

#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kAdmin;
using storage::kDesk;
using storage::kOwner;
using storage::kPublic;
using testing::change;
using testing::room_named;
using Messages = std::vector<std::string>;

/// Writes down what it is told.
class Listener final : public Subscriber {
 public:
  explicit Listener(const Projection& projection) : projection_(projection) {}
  [[nodiscard]] const Projection& projection() const override { return projection_; }
  void opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at) override {
    told.push_back("opened " + room.to_string() + " " + std::to_string(token) + " head " +
                   std::to_string(head.get()) + " at " + std::to_string(at.get()));
  }
  void deliver(std::shared_ptr<const Delivery> delivery) override {
    for (const RoomReset& reset : delivery->resets) {
      told.push_back("reset " + reset.room.to_string() + " " + std::to_string(reset.upto.get()));
    }
    for (const auto& room : delivery->rooms) {
      for (const Message& message : room->messages) told.push_back(message.publication->text);
    }
    for (const std::string& user : delivery->users) told.push_back("user " + user);
    everybody_changed |= delivery->everybody_changed;
    deliveries.push_back(std::move(delivery));
  }
  Messages take() { return std::exchange(told, {}); }

  Messages told;
  bool everybody_changed = false;
  std::vector<std::shared_ptr<const Delivery>> deliveries;

 private:
  const Projection& projection_;
};

class FeedTest : public ::testing::Test {
 protected:
  void commit(const testing::Store::Transactions& transactions) {
    feed.publish(store.commit(transactions));
  }
  void run() {
    while (feed.step()) continue;
  }

  testing::Store store;
  testing::PlainProjection projection;
  Feed feed{store.database(), {.changes_queued_max = 4, .reread_changes_max = 2}};
  Listener one{projection};
  Listener two{projection};
};

TEST_F(FeedTest, tells_a_room_from_its_opening_on) {
  commit({{change(kPublic | kDesk, "a")}, {change(kDesk, "a")}});
  feed.open(room_named("shop:a"), one, 7);
  commit({{change(kPublic | kDesk, "a"), change(kPublic, "b")}});
  run();
  EXPECT_EQ(one.take(), (Messages{"opened shop:a 7 head 1 at 2", "change shop:a 3 1"}));
  feed.close(room_named("shop:a"), one);
  commit({{change(kPublic, "a")}});
  run();
  EXPECT_EQ(one.take(), Messages{});
}

TEST_F(FeedTest, tells_each_room_what_its_audience_has) {
  for (const char* room : {"market", "shop:a", "desk:a", "user:u", "admin", "desk:b", "user:v"}) {
    feed.open(room_named(room), one, 1);
  }
  run();
  one.take();
  commit({{change(kPublic | kDesk | kAdmin, "a", "u")}});
  run();
  auto told = one.take();
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (Messages{"change admin 1 0", "change desk:a 1 0", "change market 1 0",
                            "change shop:a 1 0"}));
  commit({{change(kOwner, "a", "u")}});
  run();
  EXPECT_EQ(one.take(), (Messages{"change user:u 2 0"}));
}

TEST_F(FeedTest, has_a_change_told_once_for_all_loops) {
  feed.open(room_named("shop:a"), one, 1);
  feed.open(room_named("shop:a"), two, 1);
  commit({{change(kPublic, "a"), change(kPublic, "a")}, {change(kPublic, "a")}});
  run();
  EXPECT_EQ(projection.slices, 2U) << "one for each transaction";
  ASSERT_EQ(one.deliveries.size(), 1U);
  ASSERT_EQ(two.deliveries.size(), 1U);
  EXPECT_EQ(one.deliveries[0]->rooms[0], two.deliveries[0]->rooms[0]);
  EXPECT_EQ(one.deliveries[0]->first, Lsn{1});
  EXPECT_EQ(one.deliveries[0]->last, Lsn{3});
}

TEST_F(FeedTest, tells_each_contract_in_its_own_words) {
  const testing::PlainProjection other;
  Listener foreign(other);
  feed.open(room_named("shop:a"), one, 1);
  feed.open(room_named("shop:a"), foreign, 1);
  commit({{change(kPublic, "a")}});
  run();
  ASSERT_EQ(foreign.deliveries.size(), 1U);
  EXPECT_NE(one.deliveries[0]->rooms[0], foreign.deliveries[0]->rooms[0]);
  EXPECT_EQ(other.slices, 1U);
}

TEST_F(FeedTest, says_nothing_to_loops_that_a_batch_does_not_touch) {
  feed.open(room_named("shop:a"), one, 1);
  feed.open(room_named("shop:b"), two, 1);
  commit({{change(kPublic, "a")}});
  run();
  EXPECT_EQ(one.deliveries.size(), 1U);
  EXPECT_EQ(two.deliveries.size(), 0U);
}

TEST_F(FeedTest, reads_back_from_the_log_what_it_could_not_queue) {
  feed.open(room_named("shop:a"), one, 1);
  run();
  one.take();
  for (int i = 0; i < 5; ++i) commit({{change(kPublic, "a"), change(kPublic, "b")}});
  run();
  EXPECT_EQ(one.take(), (Messages{"change shop:a 1 0", "change shop:a 3 1", "change shop:a 5 3",
                                  "change shop:a 7 5", "change shop:a 9 7"}));
  commit({{change(kPublic, "a")}});
  run();
  EXPECT_EQ(one.take(), (Messages{"change shop:a 11 9"}));
}

TEST_F(FeedTest, says_which_rooms_start_over_when_the_log_has_lost_what_it_could_not_queue) {
  feed.open(room_named("shop:a"), one, 1);
  feed.open(room_named("shop:b"), two, 1);
  feed.open(room_named("shop:c"), two, 1);
  run();
  one.take();
  two.take();
  for (int i = 0; i < 4; ++i) commit({{change(kPublic, "a")}});
  commit({{change(kPublic, "b")}});
  for (int i = 0; i < 5; ++i) commit({{change(kPublic, "a")}});
  // What was dropped is 1 to 8; all of it but 7 and 8 is gone from the log as well.
  store.prune(Lsn{6});
  run();
  EXPECT_EQ(one.take(), (Messages{"reset shop:a 6", "change shop:a 7 6", "change shop:a 8 7",
                                  "change shop:a 9 8", "change shop:a 10 9"}));
  EXPECT_EQ(two.take(), (Messages{"reset shop:b 5"}));
  commit({{change(kPublic, "b")}});
  run();
  EXPECT_EQ(two.take(), (Messages{"change shop:b 11 5"}));
}

TEST_F(FeedTest, tells_what_another_process_committed_as_if_it_were_its_own) {
  feed.attach(two);
  feed.open(room_named("shop:a"), one, 1);
  run();
  one.take();
  store.commit({{change(kPublic, "a"), change(kDesk | kAdmin, "a", "u", "member")}});
  feed.announce(Lsn{2});
  feed.announce(Lsn{2});
  run();
  EXPECT_EQ(one.take(), (Messages{"change shop:a 1 0", "user u"}));
  EXPECT_EQ(two.take(), Messages{"user u"});
  // One that comes in before its own batches, in a hole, is told in its place.
  store.commit({{change(kPublic, "a")}, {change(kDesk | kAdmin, "a", "v", "member")}});
  commit({{change(kPublic, "a")}});
  feed.announce(Lsn{5});
  run();
  EXPECT_EQ(one.take(), (Messages{"change shop:a 3 1", "user v", "change shop:a 5 3"}));
  EXPECT_EQ(two.take(), Messages{"user v"});
  EXPECT_FALSE(one.everybody_changed);
}

TEST_F(FeedTest, reads_a_long_absence_of_announcements_piece_by_piece) {
  feed.open(room_named("shop:a"), one, 1);
  run();
  one.take();
  for (int i = 0; i < 5; ++i) store.commit({{change(kPublic, "a")}});
  feed.announce(Lsn{5});
  run();
  EXPECT_EQ(one.take(), (Messages{"change shop:a 1 0", "change shop:a 2 1", "change shop:a 3 2",
                                  "change shop:a 4 3", "change shop:a 5 4"}));
}

TEST_F(FeedTest, opens_a_room_while_it_is_behind) {
  for (int i = 0; i < 2; ++i) commit({{change(kPublic, "a"), change(kPublic, "a")}});
  feed.open(room_named("shop:a"), one, 1);
  commit({{change(kPublic, "a")}});
  run();
  // What was queued is dropped and not told yet, so the room gets it.
  EXPECT_EQ(one.take(),
            (Messages{"opened shop:a 1 head 0 at 0", "change shop:a 1 0", "change shop:a 2 1",
                      "change shop:a 3 2", "change shop:a 4 3", "change shop:a 5 4"}));
}

TEST_F(FeedTest, tells_everybody_whose_rights_may_have_changed) {
  feed.attach(one);
  feed.attach(two);
  commit({{change(kDesk | kAdmin, "a", "u", "member")},
          {change(kAdmin, "", "v", "user")},
          {change(kDesk | kOwner, "a", "w", "order")}});
  run();
  EXPECT_EQ(one.take(), (Messages{"user u", "user v"}));
  EXPECT_EQ(two.take(), (Messages{"user u", "user v"}));
  // What it has to read back may have ended anybody's session.
  for (int i = 0; i < 4; ++i) commit({{change(kPublic, "a"), change(kPublic, "a")}});
  commit({{change(kDesk | kAdmin, "a", "x", "member")}});
  commit(
      {{change(kPublic, "a"), change(kPublic, "a"), change(kPublic, "a"), change(kPublic, "a")}});
  run();
  EXPECT_TRUE(one.everybody_changed);
}

TEST_F(FeedTest, starts_at_the_end_of_the_log) {
  commit({{change(kPublic, "a")}});
  Feed later(store.database());
  later.open(room_named("shop:a"), two, 1);
  while (later.step()) continue;
  EXPECT_EQ(two.take(), (Messages{"opened shop:a 1 head 1 at 1"}));
}

/// Hands its deliveries to the test's thread.
class Mailbox final : public Subscriber {
 public:
  explicit Mailbox(const Projection& projection) : projection_(projection) {}
  [[nodiscard]] const Projection& projection() const override { return projection_; }
  void opened(const auth::RoomName&, std::uint64_t, Lsn, Lsn) override { opening_.set_value(); }
  void deliver(std::shared_ptr<const Delivery> delivery) override {
    const std::lock_guard lock(mutex_);
    deliveries_.push_back(std::move(delivery));
    wake_.notify_all();
  }
  void wait_until_opened() { opening_.get_future().wait(); }
  std::size_t messages() {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& delivery : deliveries_) count += delivery->message_count();
    return count;
  }
  std::shared_ptr<const Delivery> receive() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !deliveries_.empty(); });
    auto delivery = std::move(deliveries_.front());
    deliveries_.pop_front();
    return delivery;
  }

 private:
  const Projection& projection_;
  std::promise<void> opening_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<const Delivery>> deliveries_;
};

TEST_F(FeedTest, waits_on_its_thread_for_loops_that_hold_too_much_and_loses_nothing) {
  Mailbox mailbox(projection);
  Feed bounded(store.database(),
               {.changes_queued_max = 8, .messages_in_flight_max = 3, .reread_changes_max = 8});
  bounded.start();
  bounded.open(room_named("shop:a"), mailbox, 1);
  mailbox.wait_until_opened();
  constexpr std::uint64_t kChanges = 200;
  for (std::uint64_t i = 0; i < kChanges; ++i)
    bounded.publish(store.commit({{change(kPublic, "a")}}));
  // Two, and one delivery more.
  EXPECT_LE(mailbox.messages(), 2U + 8U);
  std::uint64_t last = 0;
  std::vector<std::shared_ptr<const Delivery>> held;
  std::size_t messages_held = 0;
  while (last < kChanges) {
    held.push_back(mailbox.receive());
    for (const Message& message : held.back()->rooms.at(0)->messages) {
      EXPECT_EQ(message.lsn.get(), last + 1);
      last = message.lsn.get();
    }
    messages_held += held.back()->message_count();
    if (messages_held < 3) continue;
    // The feed stands still until it is let go on.
    held.clear();
    messages_held = 0;
  }
  bounded.stop();
}

}  // namespace
}  // namespace tillcast::feed
