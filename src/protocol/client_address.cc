#include "protocol/client_address.h"

#include <algorithm>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <optional>

#include "protocol/http_chars.h"

namespace tillcast::protocol {

namespace {

namespace urls = boost::urls;

/// An address that is IPv4, or IPv4 mapped into IPv6.
std::optional<urls::ipv4_address> read_v4(std::string_view text) {
  if (const auto v4 = urls::parse_ipv4_address(text)) return *v4;
  const auto v6 = urls::parse_ipv6_address(text);
  if (!v6 || !v6->is_v4_mapped()) return std::nullopt;
  const auto bytes = v6->to_bytes();
  return urls::ipv4_address(
      urls::ipv4_address::bytes_type{{bytes[12], bytes[13], bytes[14], bytes[15]}});
}

bool contains(const std::vector<std::string>& addresses, const std::string& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

}  // namespace

std::string normal_address(std::string_view address) {
  if (const auto v4 = read_v4(address)) return v4->to_string();
  const auto v6 = urls::parse_ipv6_address(address);
  return v6 ? v6->to_string() : std::string();
}

std::string address_block(std::string_view address) {
  if (const auto v4 = read_v4(address)) return v4->to_string();
  const auto v6 = urls::parse_ipv6_address(address);
  if (!v6) return std::string(address);
  auto bytes = v6->to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return urls::ipv6_address(bytes).to_string() + "/64";
}

std::string client_address(const HttpRequest& request, const std::string& peer,
                           const std::vector<std::string>& trusted) {
  if (trusted.empty() || !contains(trusted, normal_address(peer))) return peer;
  std::vector<std::string_view> hops;
  for (const HttpHeader& header : request.headers) {
    if (header.name != "x-forwarded-for") continue;
    std::string_view rest = header.value;
    while (true) {
      const auto comma = rest.find(',');
      hops.push_back(trim_blanks(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  std::string client = peer;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const std::string address = normal_address(*hop);
    // What is no address was not written by a proxy of ours.
    if (address.empty()) break;
    client = address;
    if (!contains(trusted, address)) break;
  }
  return client;
}

}  // namespace tillcast::protocol
