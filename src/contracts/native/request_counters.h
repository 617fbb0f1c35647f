// Answered requests by the class of their status, for /metrics.
#pragma once

#include <array>

#include "base/metrics.h"

namespace tillcast::contracts {

/// Made at start-up; count() from any thread. Must not outlive its Metrics.
class RequestCounters {
 public:
  explicit RequestCounters(Metrics& metrics) {
    for (std::size_t i = 0; i < by_class_.size(); ++i) {
      by_class_[i] = &metrics.counter("tillcast_http_requests_total",
                                      "HTTP requests answered, by class of their status.",
                                      "status=\"" + std::to_string(i + 1) + "xx\"");
    }
  }
  void count(int status) {
    if (status >= 100 && status < 600) by_class_[static_cast<std::size_t>(status / 100 - 1)]->add();
  }

 private:
  std::array<Counter*, 5> by_class_{};
};

}  // namespace tillcast::contracts
