#include "commerce/item_lines.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "base/limits.h"
#include "commerce/cart.h"
#include "commerce/orders.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;

std::string order_body(std::string_view items) {
  return R"({"shop":"s1","items":)" + std::string(items) + "}";
}

TEST(ParseOrder, reads_shop_and_items) {
  const auto order = parse_order(order_body(R"([{"product":"a","quantity":2}])"));
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->shop_id, "s1");
  EXPECT_EQ(order->items, (std::vector<ItemLine>{{"a", 2}}));
}

TEST(ParseOrder, adds_up_lines_of_the_same_product) {
  const auto order = parse_order(order_body(
      R"([{"product":"a","quantity":2},{"product":"b","quantity":1},{"quantity":3,"product":"a"}])"));
  EXPECT_EQ(order->items, (std::vector<ItemLine>{{"a", 5}, {"b", 1}}));
}

TEST(ParseOrder, refuses_quantities_that_no_one_means) {
  for (const std::string_view quantity :
       {"0", "-1", "10001", "1.5", "\"1\"", "null", "true", "9223372036854775808", "1e2"}) {
    const auto order =
        parse_order(order_body(R"([{"product":"a","quantity":)" + std::string(quantity) + "}]"));
    EXPECT_EQ(code_of(order), "validation_failed") << quantity;
    EXPECT_EQ(order.error().fields.at(0).field, "items[0]");
  }
  EXPECT_EQ(code_of(parse_order(
                order_body(R"([{"product":"a","quantity":9999},{"product":"a","quantity":2}])"))),
            "validation_failed");
}

TEST(ParseOrder, refuses_every_other_shape) {
  for (const std::string_view body :
       {R"({})", R"({"shop":"s"})", R"({"shop":"s","items":[]})", R"({"shop":"s","items":{}})",
        R"({"shop":"s","items":[1]})", R"({"shop":"s","items":[{"product":"a"}]})",
        R"({"shop":"s","items":[{"product":"a b","quantity":1}]})",
        R"({"shop":"s","items":[{"product":"a","quantity":1,"price_minor":1}]})",
        R"({"shop":5,"items":[{"product":"a","quantity":1}]})",
        R"({"shop":"../x","items":[{"product":"a","quantity":1}]})",
        R"({"shop":"s","items":[{"product":"a","quantity":1}],"total_minor":1})"}) {
    const auto order = parse_order(body);
    EXPECT_EQ(code_of(order), "validation_failed") << body;
    EXPECT_FALSE(order.error().fields.empty()) << body;
  }
  EXPECT_EQ(code_of(parse_order("{")), "bad_json");
}

TEST(ParseOrder, takes_an_address_up_to_its_limit) {
  const auto parsed = [](const std::string& address) {
    return parse_order(R"({"shop":"s","items":[{"product":"a","quantity":1}],"address":")" +
                       address + "\"}");
  };
  EXPECT_EQ(parsed(std::string(500, 'x'))->address, std::string(500, 'x'));
  EXPECT_EQ(code_of(parsed(std::string(501, 'x'))), "validation_failed");
  EXPECT_EQ(code_of(parsed("")), "validation_failed");
}

TEST(ParseOrder, keeps_to_the_limit_of_lines) {
  const auto body = [](std::int64_t lines) {
    std::string items;
    for (std::int64_t i = 0; i < lines; ++i) {
      if (i > 0) items += ',';
      items += R"({"product":"p)" + std::to_string(i) + R"(","quantity":1})";
    }
    return order_body("[" + items + "]");
  };
  EXPECT_TRUE(parse_order(body(limits::kOrderItemsMax)).has_value());
  EXPECT_EQ(code_of(parse_order(body(limits::kOrderItemsMax + 1))), "validation_failed");
}

TEST(ParseCart, may_be_empty) {
  EXPECT_TRUE(parse_cart(R"({"items":[]})")->empty());
  EXPECT_EQ(code_of(parse_cart("{}")), "validation_failed");
}

TEST(ItemsJson, is_read_back) {
  const std::vector<ItemLine> lines = {{"a", 2}, {"b", 1}};
  EXPECT_EQ(cart_items_json(lines),
            R"([{"product_id":"a","quantity":2},{"product_id":"b","quantity":1}])");
  EXPECT_EQ(parse_items_json(cart_items_json(lines)), lines);
  EXPECT_EQ(cart_items_json({}), "[]");
  EXPECT_TRUE(parse_items_json("[]").empty());
  EXPECT_TRUE(parse_items_json("{").empty());
  EXPECT_TRUE(parse_items_json(R"([{"product_id":1}])").empty());
}

}  // namespace
}  // namespace tillcast::commerce
