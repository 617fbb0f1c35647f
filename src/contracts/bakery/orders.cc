// /api/orders.
#include "commerce/orders.h"

#include <algorithm>
#include <cctype>

#include "commerce/cart.h"
#include "commerce/problems.h"
#include "commerce/shops.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using commerce::Context;
using commerce::Kind;
using commerce::RecordImage;

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

/// {status}, in any case.
Outcome<commerce::Values> new_status(std::string_view body) {
  auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  std::string status = text_member(*parsed, "status");
  std::transform(status.begin(), status.end(), status.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (status.empty()) {
    return commerce::validation_problem({{"status", "required", "Say the new status."}});
  }
  return commerce::validate(Kind::kOrder, boost::json::object{{"status", status}},
                            commerce::BodyMode::kPatch, commerce::Writers::kOwnerAndShop);
}

Rest::Shape answered(int status) {
  return [status](const Context&, const RecordImage& order) -> Outcome<RestAnswer> {
    return RestAnswer{status, order_json(Image(order)), {}, {}};
  };
}

/// The shops whose orders the caller sees; none for a customer.
Outcome<std::vector<std::string>> shops_of(storage::Queries& queries, const auth::Principal& who) {
  std::vector<std::string> shops;
  for (const auth::Membership& membership : who.shops) shops.push_back(membership.shop_id);
  if (!who.is_admin()) return shops;
  const auto all = read_all(
      [&](const commerce::PageRequest& page) { return commerce::list_shops(queries, page); });
  if (!all) return all.error();
  shops.clear();
  for (const RecordImage& shop : *all) shops.push_back(shop.id);
  return shops;
}

/// A shop's people get its orders, customers their own; the latest first.
Outcome<RestAnswer> list(Rest::Queries& queries, const auth::Principal& who, const RestRequest&) {
  auto shops = shops_of(queries, who);
  if (!shops) return shops.error();
  if (shops->empty()) shops->emplace_back();
  std::vector<RecordImage> all;
  for (const std::string& shop : *shops) {
    const auto orders = read_all([&](const commerce::PageRequest& page) {
      return commerce::list_orders(queries, who, {shop, {}, page});
    });
    if (!orders) return orders.error();
    all.insert(all.end(), orders->begin(), orders->end());
  }
  // Ids sort by creation.
  std::stable_sort(all.begin(), all.end(),
                   [](const RecordImage& a, const RecordImage& b) { return a.id > b.id; });
  if (all.size() > kListedRecordsMax) all.resize(kListedRecordsMax);
  return RestAnswer{
      200,
      json_array(all, [](const RecordImage& each) { return order_json(Image(each)); }),
      {},
      {}};
}

}  // namespace

void add_order_routes(Rest& rest) {
  rest.get("/api/orders", list);
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
  rest.write_as("PATCH", "/api/orders/{id}", answered(200), new_status, move);
  rest.write_as("PATCH", "/api/orders/{id}/status", answered(200), new_status, move);
}

void add_routes(Rest& rest) {
  add_account_routes(rest);
  add_product_routes(rest);
  add_cart_routes(rest);
  add_order_routes(rest);
}

}  // namespace tillcast::contracts::bakery_unit
