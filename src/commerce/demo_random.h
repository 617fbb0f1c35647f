// The random numbers of the demo data. The distributions of <random> differ from one standard
// library to the next, so the demo has its own few lines: the same seed gives the same shop on
// every machine. Not for secrets.
//
// A value type without shared state: any thread may use its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tillcast::commerce {

/// SplitMix64 (Steele, Lea, Flood 2014), which needs one word of state and no warming up.
class DemoRandom {
 public:
  explicit constexpr DemoRandom(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t word = state_;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return word ^ (word >> 31);
  }

  /// A number in [low, high], both included; `low` if the range is empty. The bias of the remainder
  /// is below one in 2^40 for the small ranges used here.
  constexpr int between(int low, int high) {
    if (high <= low) return low;
    const auto span = static_cast<std::uint64_t>(static_cast<std::int64_t>(high) - low + 1);
    return low + static_cast<int>(next() % span);
  }

  /// An index below `size`, which must not be 0.
  constexpr std::size_t index(std::size_t size) { return static_cast<std::size_t>(next() % size); }

  constexpr bool one_in(int count) { return between(1, count) == 1; }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[index(left)]);
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace tillcast::commerce
