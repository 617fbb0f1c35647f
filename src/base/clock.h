// Time as a dependency, so that state machines can be fed a clock. Any thread.
#pragma once

#include <cstdint>

namespace tillcast {

/// Where time comes from. Tests and the simulator give their own.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970-01-01 UTC: for what is stored and shown.
  [[nodiscard]] virtual std::int64_t unix_ms() const = 0;
  /// Milliseconds that only go forward: for timeouts.
  [[nodiscard]] virtual std::int64_t steady_ms() const = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t unix_ms() const override;
  [[nodiscard]] std::int64_t steady_ms() const override;
};

/// A clock that stands still until it is told to move; for tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t unix_ms = 1'700'000'000'000) : unix_ms_(unix_ms) {}
  [[nodiscard]] std::int64_t unix_ms() const override { return unix_ms_; }
  [[nodiscard]] std::int64_t steady_ms() const override { return unix_ms_; }
  void advance_ms(std::int64_t ms) { unix_ms_ += ms; }

 private:
  std::int64_t unix_ms_;
};

}  // namespace tillcast
