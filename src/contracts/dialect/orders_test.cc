#include "contracts/dialect/orders.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace tillcast::contracts {
namespace {

Outcome<commerce::OrderRequest> read(std::string_view body) {
  return read_order(boost::json::parse(body).as_object(), "productId");
}

TEST(DialectOrders, are_of_lines_and_an_address_and_of_no_shop_yet) {
  const auto order =
      read(R"({"items":[{"productId":"p1","quantity":2}],"address":"Mill Lane 1","shop":"s1"})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->items, (std::vector<commerce::ItemLine>{{"p1", 2}}));
  EXPECT_EQ(order->address, "Mill Lane 1");
  EXPECT_EQ(order->shop_id, "");
}

TEST(DialectOrders, are_refused_by_the_field_that_is_wrong) {
  const auto field_of = [](std::string_view body) {
    const auto order = read(body);
    return order ? std::string() : order.error().fields.at(0).field;
  };
  EXPECT_EQ(field_of(R"({"items":[{"product_id":"p1","quantity":2}]})"), "productId");
  EXPECT_EQ(field_of(R"({"items":[{"productId":"p1","quantity":2}],"address":"a\u0001"})"),
            "address");
}

}  // namespace
}  // namespace tillcast::contracts
