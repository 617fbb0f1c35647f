#include "protocol/utf8.h"

#include <cstddef>
#include <cstring>

namespace tillcast::protocol {
namespace {

// How many bytes of plain ASCII the text starts with, counted in whole words.
std::size_t ascii_words(const char* bytes, std::size_t n) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    std::uint64_t words[4];
    std::memcpy(words, bytes + i, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
  }
  for (; i + 8 <= n; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  return i;
}

}  // namespace

bool Utf8Validator::feed(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (pending_ == 0) {
      i += ascii_words(bytes.data() + i, bytes.size() - i);
      if (i == bytes.size()) break;
    }
    const auto byte = static_cast<unsigned char>(bytes[i++]);
    if (pending_ > 0) {
      if (byte < lowest_ || byte > highest_) return false;
      --pending_;
      lowest_ = 0x80;
      highest_ = 0xBF;
    } else if (byte >= 0x80) {
      // 0xC0 and 0xC1 could only start overlong forms, 0xF5 and above only what lies past U+10FFFF.
      if (byte < 0xC2 || byte > 0xF4) return false;
      pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      if (byte == 0xE0) lowest_ = 0xA0;   // below: overlong
      if (byte == 0xED) highest_ = 0x9F;  // above: surrogates
      if (byte == 0xF0) lowest_ = 0x90;   // below: overlong
      if (byte == 0xF4) highest_ = 0x8F;  // above: past U+10FFFF
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

}  // namespace tillcast::protocol
