#include "base/ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <type_traits>
#include <vector>

namespace tillcast {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

TEST(IdSource, makes_ids_that_pass_as_ids) {
  KernelRandom random;
  IdSource ids(random);
  const std::string id = ids.next(kNow);
  EXPECT_EQ(id.size(), kIdLength);
  EXPECT_TRUE(looks_like_id(id));
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos);
}

TEST(IdSource, sorts_ids_of_one_millisecond_by_creation) {
  SeededRandom random(1);
  IdSource ids(random);
  std::string last = ids.next(kNow);
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = ids.next(kNow);
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(IdSource, sorts_ids_of_different_milliseconds_by_creation) {
  SeededRandom random(1);
  IdSource ids(random);
  std::string last = ids.next(0);
  for (std::int64_t ms = 1; ms < (std::int64_t{1} << 46); ms *= 3) {
    const std::string id = ids.next(ms);
    ASSERT_LT(last, id) << ms;
    last = id;
  }
}

TEST(IdSource, keeps_the_order_when_the_clock_goes_back) {
  SeededRandom random(1);
  IdSource ids(random);
  const std::string before = ids.next(kNow);
  const std::string after = ids.next(kNow - 3'600'000);
  EXPECT_LT(before, after);
  EXPECT_LT(after, ids.next(kNow + 1));
}

TEST(IdSource, writes_the_time_into_the_first_ten_characters) {
  SeededRandom random(1);
  IdSource ids(random);
  EXPECT_EQ(ids.next(0).substr(0, 10), "0000000000");
  EXPECT_EQ(ids.next(31).substr(0, 10), "000000000z");
  EXPECT_EQ(ids.next(32).substr(0, 10), "0000000010");
  // The example time of the ULID specification, which writes milliseconds the same way.
  EXPECT_EQ(ids.next(1'469'918'176'385).substr(0, 10), "01aryz6s41");
}

TEST(IdSource, gives_no_id_twice_to_any_thread) {
  KernelRandom random;
  IdSource ids(random);
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 2'000;
  std::vector<std::vector<std::string>> made(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (auto& own : made) {
    threads.emplace_back([&ids, &own] {
      for (std::size_t i = 0; i < kEach; ++i) own.push_back(ids.next(kNow));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& own : made) {
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), kThreads * kEach);
}

TEST(Position, comes_back_from_its_text) {
  for (const std::uint64_t lsn : {std::uint64_t{0}, std::uint64_t{42}, UINT64_MAX}) {
    const Position position{"Ab-_9", Lsn{lsn}};
    EXPECT_EQ(Position::parse(position.to_string()), position);
  }
  EXPECT_EQ((Position{"e", Lsn{7}}).to_string(), "e:7");
}

TEST(Position, refuses_text_that_is_none) {
  for (const char* text :
       {"", ":", "e", "e:", ":7", "e:x", "e:7x", "e: 7", "e:+7", "e:-7", "e:7:8", "e:0x7",
        "e:18446744073709551616", "an-epoch-that-is-longer-than-any-server-makes:7"}) {
    EXPECT_EQ(Position::parse(text), std::nullopt) << text;
  }
}

TEST(LooksLikeId, takes_1_to_64_plain_characters) {
  EXPECT_TRUE(looks_like_id("a"));
  EXPECT_TRUE(looks_like_id("Az09_-"));
  EXPECT_TRUE(looks_like_id(std::string(64, 'x')));
  EXPECT_FALSE(looks_like_id(""));
  EXPECT_FALSE(looks_like_id(std::string(65, 'x')));
  for (const char* text : {"a b", "a/b", "a:b", "ä", "a\n", "a'"}) {
    EXPECT_FALSE(looks_like_id(text)) << text;
  }
  EXPECT_FALSE(looks_like_id(std::string_view("a\0b", 3)));
}

TEST(Strong, is_a_type_of_its_own) {
  using Other = Strong<std::uint64_t, struct OtherTag>;
  static_assert(!std::is_convertible_v<std::uint64_t, Lsn>);
  static_assert(!std::is_convertible_v<Lsn, std::uint64_t>);
  static_assert(!std::is_constructible_v<Lsn, Other>);
  EXPECT_LT(Lsn{1}, Lsn{2});
  EXPECT_EQ(std::hash<Lsn>{}(Lsn{5}), std::hash<std::uint64_t>{}(5));
}

}  // namespace
}  // namespace tillcast
