// /api/orders.
#include "commerce/orders.h"

#include "commerce/problems.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/orders.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using commerce::Context;
using commerce::RecordImage;

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

Rest::Shape answered(int status) {
  return [status](const Context&, const RecordImage& order) -> Outcome<RestAnswer> {
    return RestAnswer{status, order_json(Image(order)), {}, {}};
  };
}

}  // namespace

Outcome<RestAnswer> list_orders(Rest::Queries& queries, const auth::Principal& who,
                                const RestRequest& asked) {
  const auto orders = orders_for(queries, who, query_text(asked, "shop_id"));
  if (!orders) return orders.error();
  return RestAnswer{
      200,
      json_array(*orders, [](const RecordImage& each) { return order_json(Image(each)); }),
      {},
      {}};
}

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", list_orders);
  rest.get("/api/orders/{id}", [](auto& queries, auto& who, auto& asked) -> Outcome<RestAnswer> {
    const auto order = commerce::get_order(queries, who, asked.parameters[0]);
    if (!order) return order.error();
    return RestAnswer{200, order_json(Image(*order)), {}, {}};
  });
  rest.write_as("POST", "/api/orders", answered(201), new_order, place);
  const auto move = [](const Context& context, const RestRequest& asked,
                       const commerce::Values& values) {
    return commerce::patch_order(context, asked.parameters[0], values, {});
  };
  for (const std::string_view method : {"PATCH", "PUT"}) {
    rest.write_as(method, "/api/orders/{id}", answered(200), read_status, move);
    rest.write_as(method, "/api/orders/{id}/status", answered(200), read_status, move);
  }
}

}  // namespace tillcast::contracts::izishopin_unit
