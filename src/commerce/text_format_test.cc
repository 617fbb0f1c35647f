#include "commerce/text_format.h"

#include <gtest/gtest.h>

namespace tillcast::commerce {
namespace {

TEST(SlugOf, keeps_letters_and_digits) {
  EXPECT_EQ(slug_of("Corner Bakery"), "corner-bakery");
  EXPECT_EQ(slug_of("  --Ann's 2nd  shop!"), "ann-s-2nd-shop");
  EXPECT_EQ(slug_of("Bäckerei"), "b-ckerei");
  EXPECT_EQ(slug_of("パン"), "");
}

TEST(TextFormat, knows_control_characters) {
  EXPECT_FALSE(has_control_characters("a\tb\r\nc ü"));
  EXPECT_TRUE(has_control_characters(std::string_view("a\0b", 3)));
  EXPECT_TRUE(has_control_characters("\x1b[31m"));
  EXPECT_TRUE(has_control_characters("\x7f"));
}

TEST(TextFormat, knows_urls_that_are_safe_in_a_page) {
  for (const std::string_view url : {"/a", "https://x.example/a?b=c&d#e", "http://x"}) {
    EXPECT_TRUE(has_format(url, TextFormat::kUrl)) << url;
  }
  for (const std::string_view url : {"a", "//x", "ftp://x", "data:text/html,x", "/a b", "/a\"b",
                                     "https://x/<script>", "/\\x", "JAVASCRIPT:x", " /a", "/\n"}) {
    EXPECT_FALSE(has_format(url, TextFormat::kUrl)) << url;
  }
}

TEST(TextFormat, has_a_hint_for_every_format) {
  for (const TextFormat format : {TextFormat::kAny, TextFormat::kEmail, TextFormat::kSlug,
                                  TextFormat::kCurrency, TextFormat::kUrl, TextFormat::kId}) {
    EXPECT_FALSE(format_hint(format).empty());
  }
}

}  // namespace
}  // namespace tillcast::commerce
