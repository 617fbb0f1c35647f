#include <gtest/gtest.h>

#include "protocol/http.h"

namespace tillcast::protocol {
namespace {

TEST(Target, is_split_into_a_decoded_path_and_a_raw_query) {
  const auto target = parse_target("/sh%C3%B6ps/a%20b+c?q=%26&r");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/shöps/a b+c");
  EXPECT_EQ(target->query, "q=%26&r");
  ASSERT_TRUE(parse_target("/").has_value());
  EXPECT_EQ(parse_target("/?")->query, "");
  EXPECT_EQ(parse_target("/a?b?c")->query, "b?c");
  EXPECT_EQ(parse_target("/...//.a/b..")->path, "/...//.a/b..");
}

TEST(Target, is_refused_if_an_escape_is_broken) {
  for (const std::string_view bad : {"/%", "/%2", "/%zz", "/a?b=%", "/a?%1x", "/%ff", "/a?b=%c3",
                                     "/%00", "/a?%00", "/%c0%80", "/%7f"}) {
    const auto target = parse_target(bad);
    ASSERT_FALSE(target.has_value()) << bad;
    EXPECT_EQ(target.error().status, 400);
    EXPECT_EQ(target.error().code, "target_malformed");
  }
}

TEST(Target, is_refused_if_it_climbs_out_of_its_folder) {
  for (const std::string_view bad :
       {"/..", "/../etc/passwd", "/a/../b", "/a/./b", "/%2e%2e/x", "/%2E/", "/a/..", "/a%2f..%2fb",
        "/a%2Fb", "/..\\x", "/a%5c..%5cb", "*", "", "a"}) {
    EXPECT_FALSE(parse_target(bad).has_value()) << bad;
  }
}

TEST(Query, gives_decoded_values_by_decoded_names) {
  const std::string_view query = "a=1&b=x+y%2Bz&a=2&&flag&%C3%A9=%3D&=nameless";
  EXPECT_EQ(query_value(query, "a"), "1");
  EXPECT_EQ(query_values(query, "a"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(query_value(query, "b"), "x y+z");
  EXPECT_EQ(query_value(query, "flag"), "");
  EXPECT_EQ(query_value(query, "é"), "=");
  EXPECT_EQ(query_value(query, ""), "nameless");
  EXPECT_EQ(query_value(query, "c"), std::nullopt);
  EXPECT_EQ(query_value("", ""), std::nullopt);
}

}  // namespace
}  // namespace tillcast::protocol
