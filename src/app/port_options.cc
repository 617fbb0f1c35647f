#include "app/port_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <utility>

#include "app/dialects.h"
#include "app/options.h"

namespace tillcast::app {

namespace {

struct Pair {
  std::string name;
  std::string value;
};

Pair pair_of(const std::string& flag, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw UsageError(flag + " takes NAME=VALUE, not \"" + text + "\"");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

const contracts::Dialect& dialect_of(const std::string& name) {
  if (const contracts::Dialect* const dialect = find_dialect(name)) return *dialect;
  std::string known;
  for (const contracts::Dialect* const dialect : dialects()) {
    known.append(known.empty() ? "" : ", ").append(dialect->name);
  }
  throw UsageError("--compat knows no \"" + name + "\": say one of " + known);
}

std::uint16_t port_of(const Pair& pair) {
  std::uint16_t port = 0;
  const char* const end = pair.value.data() + pair.value.size();
  const auto [stopped, error] = std::from_chars(pair.value.data(), end, port);
  if (error != std::errc() || stopped != end) {
    throw UsageError("\"" + pair.value + "\" is no port for " + pair.name + ": say 0 to 65535");
  }
  return port;
}

PortOptions& find_port(std::vector<PortOptions>& ports, const std::string& flag,
                       const std::string& name) {
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const PortOptions& port) {
    return port.dialect->name == name;
  });
  if (found != ports.end()) return *found;
  throw UsageError(flag + " " + name + "=… goes with --compat " + name + "=PORT, which is missing");
}

}  // namespace

void add_port_options(CLI::App& serve, RawPortOptions& raw) {
  serve
      .add_option("--compat", raw.compat,
                  "Speak the dialect NAME on a port of its own; port 0 takes a free one")
      ->envname("TILLCAST_COMPAT")
      ->type_name("NAME=PORT")
      ->delimiter(',')
      ->take_all();
  serve
      .add_option("--web", raw.web,
                  "Serve a folder of built pages on the port of the dialect NAME, so that the "
                  "session's cookie is its own")
      ->envname("TILLCAST_WEB")
      ->type_name("NAME=DIR")
      ->delimiter(',')
      ->take_all();
}

std::vector<PortOptions> port_options(
    const RawPortOptions& raw, const std::vector<std::pair<std::string, std::string>>& origins) {
  std::vector<PortOptions> ports;
  for (const std::string& text : raw.compat) {
    const Pair pair = pair_of("--compat", text);
    const contracts::Dialect& dialect = dialect_of(pair.name);
    for (const PortOptions& other : ports) {
      if (other.dialect == &dialect) throw UsageError("--compat " + pair.name + " is there twice");
    }
    ports.push_back({&dialect, port_of(pair), {}, {}});
  }
  for (const std::string& text : raw.web) {
    Pair pair = pair_of("--web", text);
    find_port(ports, "--web", pair.name).web = std::move(pair.value);
  }
  for (const auto& [name, origin] : origins) {
    find_port(ports, "--cors", name).origins.push_back(origin);
  }
  return ports;
}

}  // namespace tillcast::app
