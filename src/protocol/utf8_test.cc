#include "protocol/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast::protocol {
namespace {

// What RFC 3629 says of one code point, straight from its table of ranges.
std::string encode(std::uint32_t point) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | (point >> shift & 0x3FU));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0U | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0U | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | point >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, takes_every_code_point_but_the_surrogates) {
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
    ASSERT_EQ(is_utf8(encode(point)), !is_surrogate && point <= 0x10FFFF) << point;
  }
}

TEST(Utf8, refuses_malformed_sequences_wherever_they_stand) {
  for (const std::string_view bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x82",
        "\xE2(\xA1", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x92", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xF8\x88\x80\x80\x80"}) {
    for (std::size_t before = 0; before < 70; ++before) {
      const std::string text = std::string(before, 'a') + std::string(bad);
      ASSERT_FALSE(is_utf8(text)) << before;
      ASSERT_FALSE(is_utf8(text + std::string(before, 'z'))) << before;
    }
  }
}

TEST(Utf8, gives_the_same_answer_however_the_text_is_cut) {
  const std::string text = "ascii, é, ひ, 💶 and a run of more than thirty-two ascii bytes, €";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      Utf8Validator validator;
      const std::string_view view = text;
      ASSERT_TRUE(validator.feed(view.substr(0, first)));
      ASSERT_TRUE(validator.feed(view.substr(first, second - first)));
      ASSERT_TRUE(validator.feed(view.substr(second)));
      ASSERT_TRUE(validator.complete());
    }
  }
}

TEST(Utf8, fails_at_the_first_byte_that_cannot_be_right) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.feed("\xF4"));
  EXPECT_FALSE(validator.complete());
  EXPECT_FALSE(validator.feed("\x90"));
}

}  // namespace
}  // namespace tillcast::protocol
