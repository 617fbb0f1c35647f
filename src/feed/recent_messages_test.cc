#include "feed/recent_messages.h"

#include <gtest/gtest.h>

namespace tillcast::feed {
namespace {

std::vector<Message> messages(std::uint64_t first, std::uint64_t last) {
  std::vector<Message> made;
  for (std::uint64_t lsn = first; lsn <= last; ++lsn) {
    auto publication = std::make_shared<realtime::Publication>();
    publication->text = "0123456789";
    made.push_back({Lsn{lsn}, std::move(publication)});
  }
  return made;
}

std::vector<std::uint64_t> lsns(const std::vector<Message>& messages) {
  std::vector<std::uint64_t> found;
  for (const Message& message : messages) found.push_back(message.lsn.get());
  return found;
}

using Lsns = std::vector<std::uint64_t>;

TEST(RecentMessages, gives_those_after_an_lsn) {
  RecentMessages recent(10);
  recent.restart(Lsn{4});
  recent.append(messages(5, 7));
  EXPECT_EQ(lsns(recent.after(Lsn{4}, 10, 1000).value()), (Lsns{5, 6, 7}));
  EXPECT_EQ(lsns(recent.after(Lsn{6}, 10, 1000).value()), (Lsns{7}));
  EXPECT_EQ(lsns(recent.after(Lsn{9}, 10, 1000).value()), Lsns{});
}

TEST(RecentMessages, says_when_what_is_asked_for_is_gone) {
  RecentMessages recent(3);
  recent.restart(Lsn{4});
  EXPECT_FALSE(recent.after(Lsn{3}, 10, 1000).has_value());
  recent.append(messages(5, 9));
  EXPECT_EQ(recent.from(), Lsn{6});
  EXPECT_FALSE(recent.after(Lsn{5}, 10, 1000).has_value());
  EXPECT_EQ(lsns(recent.after(Lsn{6}, 10, 1000).value()), (Lsns{7, 8, 9}));
}

TEST(RecentMessages, leaves_to_the_log_what_is_more_than_a_page) {
  RecentMessages recent(10);
  recent.append(messages(1, 5));
  EXPECT_FALSE(recent.after(Lsn{0}, 4, 1000).has_value());
  EXPECT_FALSE(recent.after(Lsn{0}, 10, 49).has_value());
  EXPECT_TRUE(recent.after(Lsn{0}, 5, 50).has_value());
}

}  // namespace
}  // namespace tillcast::feed
