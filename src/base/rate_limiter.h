// A token bucket for each key: an address, a user.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

#include "base/limits.h"
#include "base/recent_table.h"
#include "base/token_bucket.h"

namespace tillcast {

/// Any thread. Knows at most `keys_max` keys; one that was forgotten has a full bucket again, so
/// the table should hold as many as can empty their buckets at once.
class RateLimiter {
 public:
  explicit RateLimiter(Rate rate, std::size_t keys_max = limits::kRateKeysMax) : rate_(rate) {
    for (Stripe& stripe : stripes_) stripe.buckets = Buckets(keys_max / kStripes);
  }

  [[nodiscard]] bool limited() const { return rate_.per_second > 0; }

  /// 0, or the milliseconds until the key may ask again.
  std::int64_t take(std::string_view key, std::int64_t now_ms) {
    if (!limited()) return 0;
    Stripe& stripe = stripes_[std::hash<std::string_view>{}(key) % kStripes];
    const std::lock_guard lock(stripe.mutex);
    return stripe.buckets.at(key).take(rate_, now_ms);
  }

 private:
  // Loops seldom meet at one lock.
  static constexpr std::size_t kStripes = 16;
  using Buckets = RecentTable<TokenBucket>;
  struct Stripe {
    std::mutex mutex;
    Buckets buckets{0};
  };

  Rate rate_;
  std::array<Stripe, kStripes> stripes_;
};

/// Retry-After counts whole seconds.
inline std::int64_t retry_after_s(std::int64_t wait_ms) { return (wait_ms + 999) / 1'000; }

}  // namespace tillcast
