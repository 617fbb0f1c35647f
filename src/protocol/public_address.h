// Which IP addresses are of the public Internet: what a user may make the server connect to, unless
// its operator allows more. Pure; any thread.
#pragma once

#include <span>

namespace tillcast::protocol {

/// `address` are the 4 bytes of an IPv4 or the 16 of an IPv6 address, in network order. False for
/// loopback, private, link-local, shared, multicast, reserved and documentation addresses (RFC
/// 6890, RFC 4291), and for IPv6 addresses that stand for IPv4 ones (mapped, NAT64, 6to4, Teredo),
/// behind which any of those may be. False for any other number of bytes.
bool is_public_address(std::span<const unsigned char> address);

}  // namespace tillcast::protocol
