// /api/orders.
#include "commerce/orders.h"

#include "commerce/cart.h"
#include "commerce/problems.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/orders.h"
#include "contracts/dialect/shop_choice.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using commerce::Context;

Outcome<commerce::OrderRequest> new_order(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  auto items = read_items(*parsed, "productId");
  if (!items) return items.error();
  commerce::OrderRequest request;
  request.items = *std::move(items);
  request.address = text_member(*parsed, "address");
  if (auto problem = commerce::check_contact(request)) return *std::move(problem);
  return request;
}

/// Places it in the shop whose products these are, and empties the cart.
Rest::Record place(const Context& context, const RestRequest&,
                   const commerce::OrderRequest& wanted) {
  if (!context.who.signed_in()) return commerce::unauthenticated();
  auto shop = shop_of(context.transaction, context.who, wanted.items);
  if (!shop) return shop.error();
  commerce::OrderRequest request = wanted;
  request.shop_id = *std::move(shop);
  auto order = commerce::place_order(context, request);
  if (!order) return order.error();
  const auto cart = commerce::put_cart(context, {});
  if (!cart) return cart.error();
  return order;
}

}  // namespace

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", [](auto& queries, auto& who, auto&) {
    return list_answer(orders_for(queries, who), order_json);
  });
  rest.get("/api/orders/{id}", [](auto& queries, auto& who, auto& asked) {
    return record_answer(commerce::get_order(queries, who, asked.parameters[0]), order_json);
  });
  rest.write_as("POST", "/api/orders", answered(201, order_json), new_order, place);
  const auto move = [](const Context& context, const RestRequest& asked,
                       const commerce::Values& values) {
    return commerce::patch_order(context, asked.parameters[0], values, {});
  };
  rest.write_as("PATCH", "/api/orders/{id}", answered(200, order_json), read_status, move);
  rest.write_as("PATCH", "/api/orders/{id}/status", answered(200, order_json), read_status, move);
}

void add_routes(Rest& rest) {
  add_account_routes(rest);
  add_product_routes(rest);
  add_cart_routes(rest);
  add_order_routes(rest);
}

}  // namespace tillcast::contracts::bakery_unit
