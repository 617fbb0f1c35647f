// Where a server listens, as a user types it: HOST:PORT or [IPV6]:PORT. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tillcast::app {

struct ListenAddress {
  /// An IP address without brackets, or `localhost`.
  std::string host{};
  /// 0 takes a free port.
  std::uint16_t port = 0;

  /// True if only programs of this machine can connect.
  [[nodiscard]] bool is_loopback() const;
  /// `http://HOST:PORT`, or `https://`, with the port that was really taken.
  [[nodiscard]] std::string url(std::uint16_t actual_port, bool tls = false) const;
};

/// Nothing for a text that is not HOST:PORT.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace tillcast::app
