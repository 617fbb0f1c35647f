#include "contracts/dialect/bodies.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "commerce/fields.h"

namespace tillcast::contracts {
namespace {

using commerce::BodyMode;
using commerce::Kind;
using commerce::Writers;

constexpr FieldName kNames[] = {
    {"title", "name"},
    {"price", "price_minor", FieldName::Form::kMoney},
    {"stock", "stock", FieldName::Form::kNumber},
    {"image", "image_url", FieldName::Form::kOptionalText},
};

Outcome<commerce::Values> read(std::string_view body, BodyMode mode = BodyMode::kPatch) {
  return read_values(Kind::kProduct, body, kNames, mode, Writers::kShop);
}

std::int64_t price_of(std::string_view body) {
  const auto values = read(body);
  const auto* value =
      values ? commerce::find_value(*values, commerce::product::kPriceMinor) : nullptr;
  return value == nullptr ? -1 : std::get<std::int64_t>(*value);
}

TEST(DialectBodies, take_money_as_decimals_and_lose_no_fraction) {
  EXPECT_EQ(price_of(R"({"price":4.25})"), 425);
  EXPECT_EQ(price_of(R"({"price":19.99})"), 1999);
  EXPECT_EQ(price_of(R"({"price":"0.1"})"), 10);
  EXPECT_EQ(price_of(R"({"price":7})"), 700);
  EXPECT_EQ(price_of(R"({"price":1.005})"), -1);
  EXPECT_EQ(price_of(R"({"price":"4,25"})"), -1);
  EXPECT_EQ(price_of(R"({"price":1e300})"), -1);
  EXPECT_EQ(price_of(R"({"price":"nan"})"), -1);
}

TEST(DialectBodies, name_what_is_wrong_as_the_client_does) {
  const auto refused = read(R"({"title":"","price":-1,"stock":"many"})");
  ASSERT_FALSE(refused);
  std::vector<std::string> fields;
  for (const auto& error : refused.error().fields) fields.push_back(error.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"title", "price", "stock"}));
  EXPECT_NE(message_of(refused.error()).find("price: "), std::string::npos);
}

TEST(DialectBodies, pass_over_what_is_no_field) {
  const auto values = read(R"({"_id":"p1","createdAt":"x","title":"Rye","image":""})");
  ASSERT_TRUE(values);
  EXPECT_EQ(commerce::text_of(*values, commerce::product::kName), "Rye");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(
      *commerce::find_value(*values, commerce::product::kImageUrl)));
}

TEST(DialectBodies, say_decimals_without_noughts_at_the_end) {
  EXPECT_EQ(decimal(425), "4.25");
  EXPECT_EQ(decimal(420), "4.2");
  EXPECT_EQ(decimal(400), "4");
  EXPECT_EQ(decimal(5), "0.05");
  EXPECT_EQ(decimal(-5), "-0.05");
}

TEST(DialectBodies, add_up_the_lines_of_one_product) {
  const auto body = boost::json::parse(
      R"({"items":[{"productId":"a","quantity":1,"name":"A"},{"productId":"b","quantity":"2"},)"
      R"({"productId":"a","quantity":3}]})");
  const auto items = read_items(body.as_object(), "productId");
  ASSERT_TRUE(items);
  EXPECT_EQ(*items, (std::vector<commerce::ItemLine>{{"a", 4}, {"b", 2}}));
  for (const std::string_view wrong : {R"({})", R"({"items":[]})", R"({"items":[1]})",
                                       R"({"items":[{"productId":"a","quantity":0}]})",
                                       R"({"items":[{"productId":"a b","quantity":1}]})",
                                       R"({"items":[{"productId":"a","quantity":1.5}]})"}) {
    EXPECT_FALSE(read_items(boost::json::parse(wrong).as_object(), "productId")) << wrong;
  }
}

}  // namespace
}  // namespace tillcast::contracts
