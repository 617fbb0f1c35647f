// /api/orders.
#include "contracts/dialect/orders.h"

#include "commerce/validate.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

/// {items: [{product_id, quantity}], shop_id?, address?}.
Outcome<commerce::OrderRequest> new_order(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  auto order = read_order(*parsed, kProductId);
  if (order) order->shop_id = text_member(*parsed, "shop_id");
  return order;
}

}  // namespace

Outcome<RestAnswer> list_orders(Rest::Queries& queries, const auth::Principal& who,
                                const RestRequest& asked) {
  return list_answer(orders_for(queries, who, query_text(asked, "shop_id")), order_json);
}

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", list_orders);
  add_order_route(rest, order_json);
  rest.write_as("POST", "/api/orders", answered(201, order_json), new_order, place_in_shop);
  for (const std::string_view method : {"PATCH", "PUT"}) {
    add_status_routes(rest, method, order_json);
  }
}

}  // namespace tillcast::contracts::izishopin_unit
