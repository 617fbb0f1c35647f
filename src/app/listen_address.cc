#include "app/listen_address.h"

#include <charconv>

namespace tillcast::app {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return port;
}

}  // namespace

bool ListenAddress::is_loopback() const {
  return host == "localhost" || host == "::1" || host.substr(0, 4) == "127.";
}

std::string ListenAddress::url(std::uint16_t actual_port, bool tls) const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string shown = is_ipv6 ? "[" + host + "]" : host;
  return (tls ? "https://" : "http://") + shown + ":" + std::to_string(actual_port);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view host = text.substr(0, colon);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return {};
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  // An IPv6 address without brackets cannot be told from its port.
  if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) return {};
  return ListenAddress{std::string(host), *port};
}

}  // namespace tillcast::app
