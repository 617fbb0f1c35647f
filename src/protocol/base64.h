// Base64 (RFC 4648 section 4: the standard alphabet, padded). Pure functions: any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tillcast::protocol {

void append_base64(std::string& out, std::string_view bytes);

/// Nothing unless the text is whole groups of four of the alphabet, padded only at its end.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tillcast::protocol
