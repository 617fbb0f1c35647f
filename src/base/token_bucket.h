// Token buckets: how often something may be done. Pure and fed a clock.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tillcast {

/// A bucket holds `burst` tokens and is filled by `per_second` of them. Without `per_second` there
/// is no limit.
struct Rate {
  std::int64_t per_second = 0;
  std::int64_t burst = 0;

  /// Another rate with a bucket that lasts as long.
  [[nodiscard]] Rate scaled_to(std::int64_t wanted_per_second) const {
    return {wanted_per_second, std::max<std::int64_t>(1, burst * wanted_per_second / per_second)};
  }
};

/// One bucket, full at first. Eight bytes: it knows when it will be full again, and nothing else.
class TokenBucket {
 public:
  /// Takes a token: 0. If there is none it stays as it is, and the answer is in how many
  /// milliseconds there will be one. The clock may be any that does not go backwards.
  std::int64_t take(const Rate& rate, std::int64_t now_ms) {
    if (rate.per_second <= 0) return 0;
    const std::int64_t token_us = 1'000'000 / rate.per_second;
    const std::int64_t now_us = now_ms * 1'000;
    const std::int64_t full_at_us = std::max(full_at_us_, now_us) + token_us;
    const std::int64_t early_us = full_at_us - now_us - rate.burst * token_us;
    if (early_us > 0) return (early_us + 999) / 1'000;
    full_at_us_ = full_at_us;
    return 0;
  }

 private:
  std::int64_t full_at_us_ = 0;
};

}  // namespace tillcast
