// UTF-8 validity (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF), for text
// that comes whole or in pieces. Any thread; a validator belongs to one text.
#pragma once

#include <cstdint>
#include <string_view>

namespace tillcast::protocol {

/// Finds the first byte that no valid continuation of the text could have, however the text is cut.
class Utf8Validator {
 public:
  /// False as soon as the text so far cannot become valid; then it must not be fed again.
  [[nodiscard]] bool feed(std::string_view bytes);

  /// Whether the text may end here: no code point is open.
  bool complete() const { return pending_ == 0; }

 private:
  std::uint8_t pending_ = 0;    // continuation bytes the open code point still needs
  std::uint8_t lowest_ = 0x80;  // bounds of the next continuation byte
  std::uint8_t highest_ = 0xBF;
};

bool is_utf8(std::string_view text);

}  // namespace tillcast::protocol
