// base64url without padding (RFC 4648 section 5), strict both ways. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tillcast::auth {

std::string base64url_encode(std::string_view bytes);
/// Nothing for padding, other characters, impossible lengths, or unused bits that are not zero:
/// each value has exactly one text.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace tillcast::auth
