// `--compat NAME=PORT` and `--web NAME=DIR` as values, with the origins of `--cors NAME=ORIGIN`.
// One thread, at start.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "contracts/dialect/dialect.h"

namespace CLI {
class App;
}

namespace tillcast::app {

/// One port that speaks a dialect.
struct PortOptions {
  const contracts::Dialect* dialect = nullptr;
  /// 0 takes a free one.
  std::uint16_t port = 0;
  /// The folder of its built front end; empty if that is served from elsewhere.
  std::string web{};
  /// In place of the dialect's own; empty for those.
  std::vector<std::string> origins{};
};

/// The flags as they were typed.
struct RawPortOptions {
  std::vector<std::string> compat{};
  std::vector<std::string> web{};
};

void add_port_options(CLI::App& serve, RawPortOptions& raw);

/// `origins` are those of ports, by their names. Throws UsageError.
std::vector<PortOptions> port_options(
    const RawPortOptions& raw, const std::vector<std::pair<std::string, std::string>>& origins);

}  // namespace tillcast::app
