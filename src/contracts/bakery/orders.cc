// /api/orders.
#include "contracts/dialect/orders.h"

#include "commerce/cart.h"
#include "commerce/validate.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/answers.h"

namespace tillcast::contracts::bakery_unit {

namespace {

/// {items: [{productId, quantity}], address?}.
Outcome<commerce::OrderRequest> new_order(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  return read_order(*parsed, kProductId);
}

/// Places it and empties the cart.
Rest::Record place(const commerce::Context& context, const RestRequest& asked,
                   const commerce::OrderRequest& wanted) {
  auto order = place_in_shop(context, asked, wanted);
  if (!order) return order;
  const auto cart = commerce::put_cart(context, {});
  if (!cart) return cart.error();
  return order;
}

}  // namespace

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", [](auto& queries, auto& who, auto&) {
    return list_answer(orders_for(queries, who), order_json);
  });
  add_order_route(rest, order_json);
  rest.write_as("POST", "/api/orders", answered(201, order_json), new_order, place);
  add_status_routes(rest, "PATCH", order_json);
}

void add_routes(Rest& rest) {
  add_account_routes(rest);
  add_product_routes(rest);
  add_cart_routes(rest);
  add_order_routes(rest);
}

}  // namespace tillcast::contracts::bakery_unit
