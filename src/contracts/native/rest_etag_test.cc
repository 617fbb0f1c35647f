#include "contracts/native/rest_etag.h"

#include <gtest/gtest.h>

namespace tillcast::contracts {
namespace {

TEST(RestEtag, is_a_quoted_text_that_differs_when_a_byte_differs) {
  const std::string etag = strong_etag("{\"items\":[]}");
  EXPECT_EQ(etag.size(), 34U);
  EXPECT_EQ(etag.front(), '"');
  EXPECT_EQ(etag.back(), '"');
  EXPECT_EQ(etag, strong_etag("{\"items\":[]}"));
  EXPECT_NE(etag, strong_etag("{\"items\":[ ]}"));
}

TEST(RestEtag, is_found_in_a_list_of_tags) {
  EXPECT_TRUE(names_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("\"x\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("*", "\"a\""));
  EXPECT_FALSE(names_etag("", "\"a\""));
  EXPECT_FALSE(names_etag("\"b\",\"ab\"", "\"a\""));
  EXPECT_FALSE(names_etag("a", "\"a\""));
}

}  // namespace
}  // namespace tillcast::contracts
