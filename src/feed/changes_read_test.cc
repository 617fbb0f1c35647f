#include "feed/changes_read.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kPublic;
using testing::change;
using Messages = std::vector<std::string>;

class ChangesReadTest : public ::testing::Test {
 protected:
  void commit(const char* shop = "a", int times = 1) {
    for (int i = 0; i < times; ++i) feed.publish(store.commit({{change(kPublic, shop)}}));
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
  void read(std::uint64_t since, std::int64_t wait_ms = 0, std::size_t messages_max = 100) {
    read(Position{feed.epoch(), Lsn{since}}, wait_ms, messages_max);
  }
  void read(Position since, std::int64_t wait_ms, std::size_t messages_max = 100) {
    answer.reset();
    loop.loop().read_changes(
        {testing::room_named("shop:a"), std::move(since), messages_max, wait_ms},
        [this](Outcome<ChangesPage> page) { answer.emplace(std::move(page)); });
  }
  [[nodiscard]] Messages messages() const {
    Messages texts;
    for (const Message& message : answer->value().messages) {
      texts.push_back(message.publication->text);
    }
    return texts;
  }
  [[nodiscard]] std::uint64_t position() const { return answer->value().position.lsn.get(); }

  testing::Store store;
  testing::PlainProjection projection;
  testing::Reads reads{store};
  Feed feed{store.database()};
  testing::TestLoop loop{feed, projection, reads.post()};
  std::optional<Outcome<ChangesPage>> answer;
};

TEST_F(ChangesReadTest, gives_what_is_there_at_once) {
  commit("a", 2);
  commit("b");
  read(1, 30'000);
  settle();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(messages(), (Messages{"change shop:a 2 1"}));
  EXPECT_EQ(position(), 3U);
}

TEST_F(ChangesReadTest, goes_on_behind_the_last_message_that_fitted) {
  commit("a", 5);
  read(0, 0, 2);
  settle();
  EXPECT_EQ(messages(), (Messages{"change shop:a 1 0", "change shop:a 2 1"}));
  EXPECT_EQ(position(), 2U);
  read(2, 0, 3);
  settle();
  EXPECT_EQ(messages().size(), 3U);
  EXPECT_EQ(position(), 5U);
}

TEST_F(ChangesReadTest, answers_an_empty_page_at_once_if_it_may_not_wait) {
  commit("a");
  commit("b");
  read(1);
  settle();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(messages(), Messages{});
  EXPECT_EQ(position(), 2U);
}

TEST_F(ChangesReadTest, waits_for_the_first_change_of_its_room) {
  commit("a");
  read(1, 30'000);
  settle();
  EXPECT_FALSE(answer.has_value());
  commit("b");
  settle();
  EXPECT_FALSE(answer.has_value());
  commit("a");
  settle();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(messages(), (Messages{"change shop:a 3 1"}));
}

TEST_F(ChangesReadTest, answers_an_empty_page_when_its_time_is_over) {
  commit("a");
  read(1, 5'000);
  settle();
  loop.world.advance_ms(4'990);
  EXPECT_FALSE(answer.has_value());
  loop.world.advance_ms(20);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(messages(), Messages{});
  EXPECT_EQ(position(), 1U);
  // Nothing is left of it.
  commit("a");
  settle();
}

TEST_F(ChangesReadTest, sees_a_change_that_came_while_its_page_was_read) {
  // Somebody else has the room open on this loop, so the loop is told before the page is there.
  const testing::WireId wire = loop.connect();
  loop.say(wire, "join shop:a");
  settle();
  read(0, 30'000);
  reads.run_one([this] {
    commit("a");
    step_feed();
  });
  settle();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(messages(), (Messages{"change shop:a 1 0"}));
}

TEST_F(ChangesReadTest, says_why_it_cannot_go_on_from_a_position) {
  commit("a", 5);
  settle();
  store.prune(Lsn{3});
  const auto reason = [this](const Position& since) {
    read(since, 30'000);
    settle();
    EXPECT_EQ(answer->error().status, 410);
    EXPECT_EQ(answer->error().code, "reset");
    return answer->error().extra_json;
  };
  EXPECT_EQ(reason({feed.epoch(), Lsn{2}}), R"("reason":"too_old")");
  EXPECT_EQ(reason({feed.epoch(), Lsn{6}}), R"("reason":"ahead")");
  EXPECT_EQ(reason({"elsewhere", Lsn{4}}), R"("reason":"other_epoch")");
}

TEST_F(ChangesReadTest, says_so_when_what_it_waits_for_is_lost) {
  commit("a");
  settle();
  read(1, 30'000);
  settle();
  EXPECT_FALSE(answer.has_value());
  // The feed never gets this batch, and then the log loses it.
  store.commit(
      {{testing::change(storage::kPublic, "a")}, {testing::change(storage::kPublic, "b")}});
  const auto batch = store.commit({{testing::change(storage::kPublic, "b")}});
  store.prune(Lsn{2});
  feed.publish(batch);
  settle();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error().code, "reset");
}

TEST_F(ChangesReadTest, says_busy_when_the_log_cannot_be_read) {
  read(0);
  reads.fail_one();
  settle();
  EXPECT_EQ(answer->error().code, "busy");
}

TEST_F(ChangesReadTest, is_bounded) {
  int refused = 0;
  for (std::size_t i = 0; i <= limits::kLongPollsPerLoopMax; ++i) {
    loop.loop().read_changes({testing::room_named("shop:a"), {feed.epoch(), Lsn{0}}, 1, 30'000},
                             [&](const Outcome<ChangesPage>& page) { refused += page ? 0 : 1; });
  }
  EXPECT_EQ(refused, 1);
  settle();
}

}  // namespace
}  // namespace tillcast::feed
