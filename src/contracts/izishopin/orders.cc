// /api/orders.
#include "commerce/orders.h"

#include "commerce/problems.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/orders.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using commerce::Context;

/// {items: [{product_id, quantity}], shop_id?, address?}.
Outcome<commerce::OrderRequest> new_order(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  auto items = read_items(*parsed, "product_id");
  if (!items) return items.error();
  commerce::OrderRequest request;
  request.shop_id = text_member(*parsed, "shop_id");
  request.items = *std::move(items);
  request.address = text_member(*parsed, "address");
  if (auto problem = commerce::check_contact(request)) return *std::move(problem);
  return request;
}

/// In the shop that is named, or whose products these are. What was ordered leaves the cart.
Rest::Record place(const Context& context, const RestRequest&,
                   const commerce::OrderRequest& wanted) {
  if (!context.who.signed_in()) return commerce::unauthenticated();
  commerce::OrderRequest request = wanted;
  if (request.shop_id.empty()) {
    auto shop = shop_of(context.transaction, context.who, wanted.items);
    if (!shop) return shop.error();
    request.shop_id = *std::move(shop);
  }
  return commerce::place_order(context, request);
}

}  // namespace

Outcome<RestAnswer> list_orders(Rest::Queries& queries, const auth::Principal& who,
                                const RestRequest& asked) {
  return list_answer(orders_for(queries, who, query_text(asked, "shop_id")), order_json);
}

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", list_orders);
  rest.get("/api/orders/{id}", [](auto& queries, auto& who, auto& asked) {
    return record_answer(commerce::get_order(queries, who, asked.parameters[0]), order_json);
  });
  rest.write_as("POST", "/api/orders", answered(201, order_json), new_order, place);
  const auto move = [](const Context& context, const RestRequest& asked,
                       const commerce::Values& values) {
    return commerce::patch_order(context, asked.parameters[0], values, {});
  };
  for (const std::string_view method : {"PATCH", "PUT"}) {
    rest.write_as(method, "/api/orders/{id}", answered(200, order_json), read_status, move);
    rest.write_as(method, "/api/orders/{id}/status", answered(200, order_json), read_status, move);
  }
}

}  // namespace tillcast::contracts::izishopin_unit
