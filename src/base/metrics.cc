#include "base/metrics.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace tillcast {

void PowersHistogram::observe(std::uint64_t value) {
  for (std::size_t i = 0; i < kBounds; ++i) {
    if (value <= (std::uint64_t{1} << i)) {
      buckets_[i].add();
      break;
    }
  }
  count_.add();
  sum_.add(value);
}

std::uint64_t PowersHistogram::count_up_to(std::size_t bound) const {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= bound; ++i) count += buckets_[i].value();
  return count;
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view type,
                                 std::string_view help) {
  Family& family = families_[std::string(name)];
  family.type = type;
  family.help = help;
  return family;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string labels) {
  Counter& counter = counters_.emplace_back();
  if (!labels.empty()) labels = "{" + labels + "}";
  family(name, "counter", help)
      .samples.push_back([series = std::string(name) + labels, &counter](std::string& out) {
        fmt::format_to(std::back_inserter(out), "{} {}\n", series, counter.value());
      });
  return counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help) {
  Gauge& gauge = gauges_.emplace_back();
  family(name, "gauge", help).samples.push_back([name = std::string(name), &gauge](auto& out) {
    fmt::format_to(std::back_inserter(out), "{} {}\n", name, gauge.value());
  });
  return gauge;
}

PowersHistogram& Metrics::histogram(std::string_view name, std::string_view help) {
  PowersHistogram& histogram = histograms_.emplace_back();
  family(name, "histogram", help)
      .samples.push_back([name = std::string(name), &histogram](std::string& out) {
        auto to = std::back_inserter(out);
        for (std::size_t i = 0; i < PowersHistogram::kBounds; ++i) {
          fmt::format_to(to, "{}_bucket{{le=\"{}\"}} {}\n", name, std::uint64_t{1} << i,
                         histogram.count_up_to(i));
        }
        fmt::format_to(to, "{}_bucket{{le=\"+Inf\"}} {}\n", name, histogram.count());
        fmt::format_to(to, "{0}_sum {1}\n{0}_count {2}\n", name, histogram.sum(),
                       histogram.count());
      });
  return histogram;
}

std::string Metrics::to_prometheus() const {
  std::string out;
  for (const auto& [name, family] : families_) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, family.help,
                   family.type);
    for (const auto& sample : family.samples) sample(out);
  }
  return out;
}

}  // namespace tillcast
