// Whose address a request counts for. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/http.h"

namespace tillcast::protocol {

/// What stands for one client: an IPv4 address as it is, of an IPv6 address its first 64 bits,
/// because a household or a server is given at least as many (RFC 6177). An IPv4 address in IPv6's
/// clothes is itself. Another text is given back.
std::string address_block(std::string_view address);

/// The client of a request: the peer, or if that is one of the trusted proxies the last address of
/// X-Forwarded-For that is none of them. What a client writes there itself stands further left and
/// is never believed. `trusted` are addresses as address_text() of the loop gives them.
std::string client_address(const HttpRequest& request, const std::string& peer,
                           const std::vector<std::string>& trusted);

/// An IP address in its shortest form; empty for another text.
std::string normal_address(std::string_view address);

}  // namespace tillcast::protocol
