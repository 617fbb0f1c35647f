#include "commerce/versions.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"

namespace tillcast::commerce {
namespace {

TEST(IfMatch, takes_one_version_in_quotes) {
  EXPECT_EQ(*parse_if_match("\"3\""), 3);
  EXPECT_EQ(*parse_if_match(""), std::nullopt);
  EXPECT_EQ(*parse_if_match("*"), std::nullopt);
  for (const std::string_view header : {"3", "\"\"", "\"", "\"a\"", "\"-1\"", "\"0\"", "\"03\"",
                                        "W/\"3\"", "\"3\", \"4\"", "\"99999999999999999999\""}) {
    const auto outcome = parse_if_match(header);
    ASSERT_TRUE(outcome.has_error()) << header;
    EXPECT_EQ(outcome.error().code, "bad_if_match");
    EXPECT_EQ(outcome.error().status, 400);
  }
}

TEST(IfMatch, refuses_another_version_with_the_record_as_the_caller_sees_it) {
  Record product(Kind::kProduct);
  product.set({{kId, std::string("p")},
               {kVersion, std::int64_t{4}},
               {product::kShopId, std::string("s")},
               {product::kCostMinor, std::int64_t{2}},
               {product::kStatus, std::string("active")}});
  const auth::Principal anyone;
  EXPECT_FALSE(check_version(product, anyone, std::nullopt));
  EXPECT_FALSE(check_version(product, anyone, 4));
  const auto problem = check_version(product, anyone, 3);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->status, 412);
  EXPECT_EQ(problem->code, "version_conflict");
  EXPECT_EQ(problem->extra_json,
            R"("current":{"id":"p","version":4,"shop_id":"s","status":"active"})");
}

}  // namespace
}  // namespace tillcast::commerce
