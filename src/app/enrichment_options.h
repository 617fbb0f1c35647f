// The flags of serve that say how products are enriched. One thread, at start.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.h"

namespace CLI {
class App;
}

namespace tillcast::app {

struct EnrichmentOptions {
  /// The outside workflow; empty for the builtin worker.
  std::string webhook{};
  std::string secret{};
  bool allow_private = false;
  std::int64_t timeout_ms = limits::kEnrichmentTimeoutMs;
  /// Where others reach this server, without a slash at its end; empty for the listening address.
  std::string public_url{};
};

/// Adds its flags to a verb; it outlives the parsing.
class EnrichmentFlags {
 public:
  explicit EnrichmentFlags(CLI::App& serve);

  /// Reads the secret. Throws UsageError.
  [[nodiscard]] EnrichmentOptions options() const;

 private:
  EnrichmentOptions given_;
  std::string secret_file_;
  std::string timeout_ = "10m";
};

}  // namespace tillcast::app
