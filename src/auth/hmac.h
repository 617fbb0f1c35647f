// HMAC-SHA256 (RFC 2104, FIPS 180-4). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace tillcast::auth {

/// The 32 bytes of the code. Throws std::runtime_error if OpenSSL cannot work at all.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// Whether both are the same, in a time that does not say where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace tillcast::auth
