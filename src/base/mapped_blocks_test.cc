#include "base/mapped_blocks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace tillcast {
namespace {

using Numbers = std::vector<std::uint64_t, MappedBlocks<std::uint64_t>>;

/// True if the address is mapped.
bool is_mapped(const void* address) {
  std::ifstream maps("/proc/self/maps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  for (std::string line; std::getline(maps, line);) {
    std::size_t dash = 0;
    const auto begin = std::stoull(line, &dash, 16);
    const auto end = std::stoull(line.substr(dash + 1), nullptr, 16);
    if (wanted >= begin && wanted < end) return true;
  }
  return false;
}

TEST(MappedBlocks, a_vector_keeps_its_values_as_it_grows_and_shrinks) {
  Numbers numbers;
  for (std::uint64_t i = 0; i < 100'000; ++i) numbers.push_back(i);
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}), 4'999'950'000U);
  numbers.resize(10);
  numbers.shrink_to_fit();
  EXPECT_EQ(numbers.back(), 9U);
}

TEST(MappedBlocks, a_large_block_goes_back_to_the_kernel_at_once) {
  MappedBlocks<std::byte> blocks;
  const std::size_t bytes = MappedBlocks<std::byte>::kMappedBlockBytesMin;
  std::byte* block = blocks.allocate(bytes);
  block[bytes - 1] = std::byte{1};
  EXPECT_TRUE(is_mapped(block));
  blocks.deallocate(block, bytes);
  EXPECT_FALSE(is_mapped(block));
}

TEST(MappedBlocks, a_block_that_cannot_be_is_bad_alloc) {
  MappedBlocks<std::uint64_t> blocks;
  EXPECT_THROW((void)blocks.allocate(std::numeric_limits<std::size_t>::max() / 4), std::bad_alloc);
  EXPECT_THROW((void)blocks.allocate(std::numeric_limits<std::size_t>::max() / 16), std::bad_alloc);
}

}  // namespace
}  // namespace tillcast
