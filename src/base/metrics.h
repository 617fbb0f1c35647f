// Numbers that the server counts about itself, and their Prometheus text format (exposition format
// 0.0.4). Named at start-up, on one thread; then counted and read from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tillcast {

/// Only goes up.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  // A cache line of its own, so that two loops that count different things do not share one.
  alignas(64) std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// How often a value fell at or below 1, 2, 4 … 1024.
class PowersHistogram {
 public:
  static constexpr std::size_t kBounds = 11;

  void observe(std::uint64_t value);
  [[nodiscard]] std::uint64_t count_up_to(std::size_t bound) const;
  [[nodiscard]] std::uint64_t count() const { return count_.value(); }
  [[nodiscard]] std::uint64_t sum() const { return sum_.value(); }

 private:
  std::array<Counter, kBounds> buckets_;
  Counter count_;
  Counter sum_;
};

/// Owns what is counted; a reference that it gave out is good as long as it lives.
class Metrics {
 public:
  /// `labels` as in the text format, without braces: `status="2xx"`. Names with the same help and
  /// other labels are one family.
  Counter& counter(std::string_view name, std::string_view help, std::string labels = {});
  Gauge& gauge(std::string_view name, std::string_view help);
  PowersHistogram& histogram(std::string_view name, std::string_view help);

  [[nodiscard]] std::string to_prometheus() const;

 private:
  struct Family {
    std::string type;
    std::string help;
    std::vector<std::function<void(std::string& out)>> samples;
  };
  Family& family(std::string_view name, std::string_view type, std::string_view help);

  std::deque<Counter> counters_;
  std::deque<Gauge> gauges_;
  std::deque<PowersHistogram> histograms_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace tillcast
