#include "auth/base64url.h"

#include <gtest/gtest.h>

namespace tillcast::auth {
namespace {

// RFC 4648 section 10, without padding, and RFC 7515 appendix C.
TEST(Base64url, encodes_and_decodes_the_vectors_of_the_rfcs) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"", ""},
      {"f", "Zg"},
      {"fo", "Zm8"},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg"},
      {"fooba", "Zm9vYmE"},
      {"foobar", "Zm9vYmFy"},
      {"\x03\xec\xff\xe0\xc1", "A-z_4ME"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(bytes), text);
    EXPECT_EQ(base64url_decode(text), std::string(bytes));
  }
}

TEST(Base64url, refuses_what_has_another_text_for_the_same_bytes) {
  for (const std::string_view text :
       {"Zg==", "Zg=", "Zh", "Zm9", "Zm9v\n", "Zm 9v", "Z", "Zm9vY", "Zm+v", "Zm/v"}) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tillcast::auth
