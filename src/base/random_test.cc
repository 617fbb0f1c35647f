#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <set>

namespace tillcast {
namespace {

TEST(SeededRandom, is_splitmix64) {
  SeededRandom zero(0);
  EXPECT_EQ(zero.u64(), 0xe220a8397b1dcdafULL);
  // Published values of the reference implementation.
  SeededRandom random(1'234'567);
  for (const std::uint64_t expected :
       {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
        4593380528125082431ULL, 16408922859458223821ULL}) {
    EXPECT_EQ(random.u64(), expected);
  }
}

TEST(SeededRandom, fills_any_length) {
  for (std::size_t size = 0; size <= 20; ++size) {
    std::array<std::byte, 24> bytes{};
    SeededRandom(7).fill(std::span(bytes).first(size));
    std::array<std::byte, 24> again{};
    SeededRandom(7).fill(std::span(again).first(size));
    EXPECT_EQ(bytes, again);
    for (std::size_t i = size; i < bytes.size(); ++i) EXPECT_EQ(bytes.at(i), std::byte{0});
  }
}

TEST(KernelRandom, fills_with_bytes_that_differ) {
  KernelRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.u64());
  EXPECT_EQ(seen.size(), 1'000U);
}

TEST(RandomToken, has_its_length_and_uses_the_whole_alphabet) {
  SeededRandom random(3);
  EXPECT_EQ(random_token(random, 0), "");
  EXPECT_EQ(random_token(random, 20).size(), 20U);
  const std::string token = random_token(random, 10'000);
  const std::set<char> used(token.begin(), token.end());
  EXPECT_EQ(used.size(), 64U);
  for (const char c : used) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') << c;
  }
}

}  // namespace
}  // namespace tillcast
