// The flags of serve that say how much strangers may ask, and for whom browsers are let in. One
// thread, at start.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/token_bucket.h"
#include "contracts/native/request_limits.h"

namespace CLI {
class App;
}

namespace tillcast::app {

/// A rate or number of 0 is no limit.
struct LimitOptions {
  std::int64_t connections_per_address = limits::kConnectionsPerAddressMax;
  Rate requests_per_address{limits::kAddressRequestsPerSecond, limits::kAddressRequestsBurst};
  Rate messages_per_connection{limits::kMessagesPerSecond, limits::kMessagesBurst};
  contracts::RequestRates requests{};
  /// Addresses in their shortest form.
  std::vector<std::string> trusted_proxies{};
  /// Of the native port.
  std::vector<std::string> cors_origins{};
  /// Of the ports of dialects, by their names.
  std::vector<std::pair<std::string, std::string>> port_origins{};
};

/// Adds its flags to a verb; it outlives the parsing.
class LimitFlags {
 public:
  explicit LimitFlags(CLI::App& serve);

  /// Throws UsageError.
  [[nodiscard]] LimitOptions options() const;

 private:
  LimitOptions given_;
  std::vector<std::string> proxies_;
  std::vector<std::string> cors_;
};

}  // namespace tillcast::app
