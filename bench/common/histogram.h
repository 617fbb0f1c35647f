// Latencies as counts: 64 buckets a power of two, so a percentile is exact to under 2 %.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tillcast::bench {

class Histogram {
 public:
  void add(std::uint64_t value) {
    ++counts_[bucket(value)];
    ++total_;
  }
  void clear() {
    counts_.fill(0);
    total_ = 0;
  }
  /// The smallest value that `share` (0 to 1) of all values do not exceed, to the bucket.
  [[nodiscard]] std::uint64_t percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted) return lower_bound(i);
    }
    return 0;
  }

 private:
  static constexpr std::size_t kSub = 64;

  static std::size_t bucket(std::uint64_t value) {
    if (value < kSub) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 7;
    return shift * kSub + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t lower_bound(std::size_t bucket) {
    if (bucket < 2 * kSub) return bucket;
    const std::size_t shift = bucket / kSub - 1;
    return static_cast<std::uint64_t>(bucket - shift * kSub) << shift;
  }

  std::array<std::uint64_t, 60 * kSub> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace tillcast::bench
