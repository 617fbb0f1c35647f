#include "protocol/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast::protocol {
namespace {

std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

TEST(Base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encoded(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
  EXPECT_EQ(decode_base64("+/+/"), "\xFB\xFF\xBF");
}

TEST(Base64, comes_back_at_every_length_and_across_pieces) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    ASSERT_EQ(decode_base64(encoded(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
  const std::string large(7 * 1024 * 1024 + 1, '\xA5');
  EXPECT_EQ(decode_base64(encoded(large)), large);
}

TEST(Base64, refuses_what_is_not_whole_groups_of_its_alphabet) {
  for (const std::string_view bad :
       {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9-",
        "Zm9_", "=Zm9", "Zm=v", " Zg=", "Zg= "}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace tillcast::protocol
