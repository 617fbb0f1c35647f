#include "contracts/dialect/orders.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cctype>
#include <utility>

#include "commerce/problems.h"
#include "commerce/shops.h"
#include "commerce/validate.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"

namespace tillcast::contracts {

namespace {

using commerce::RecordImage;

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

/// The body {status}, in any case.
Outcome<commerce::Values> read_status(std::string_view body) {
  auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  std::string status = text_member(*parsed, "status");
  std::transform(status.begin(), status.end(), status.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (status.empty()) {
    return commerce::validation_problem({{"status", "required", "Say the new status."}});
  }
  return commerce::validate(commerce::Kind::kOrder, boost::json::object{{"status", status}},
                            commerce::BodyMode::kPatch, commerce::Writers::kOwnerAndShop);
}

Rest::Record move(const commerce::Context& context, const RestRequest& asked,
                  const commerce::Values& values) {
  return commerce::patch_order(context, asked.parameters[0], values, {});
}

}  // namespace

Outcome<commerce::OrderRequest> read_order(const boost::json::object& body,
                                           std::string_view product_name) {
  auto items = read_items(body, product_name);
  if (!items) return items.error();
  commerce::OrderRequest order;
  order.items = *std::move(items);
  order.address = text_member(body, "address");
  if (auto problem = commerce::check_contact(order)) return *std::move(problem);
  return order;
}

Rest::Record place_in_shop(const commerce::Context& context, const RestRequest&,
                           const commerce::OrderRequest& wanted) {
  if (!context.who.signed_in()) return commerce::unauthenticated();
  commerce::OrderRequest order = wanted;
  if (order.shop_id.empty()) {
    auto shop = shop_of(context.transaction, context.who, order.items);
    if (!shop) return shop.error();
    order.shop_id = *std::move(shop);
  }
  return commerce::place_order(context, order);
}

void add_order_route(Rest& rest, RecordJson json) {
  rest.get("/api/orders/{id}", [json](auto& queries, auto& who, auto& asked) {
    return record_answer(commerce::get_order(queries, who, asked.parameters[0]), json);
  });
}

void add_status_routes(Rest& rest, std::string_view method, RecordJson json) {
  for (const std::string_view path : {"/api/orders/{id}", "/api/orders/{id}/status"}) {
    rest.write_as(method, path, answered(200, json), read_status, move);
  }
}

Outcome<std::vector<RecordImage>> orders_for(storage::Queries& queries, const auth::Principal& who,
                                             const std::string& shop) {
  auto shops = shop.empty() ? shops_of(queries, who) : std::vector<std::string>{shop};
  if (!shops) return shops.error();
  if (shops->empty()) shops->emplace_back();
  std::vector<RecordImage> all;
  for (const std::string& each : *shops) {
    const auto orders = read_all([&](const commerce::PageRequest& page) {
      return commerce::list_orders(queries, who, {each, {}, page});
    });
    if (!orders) return orders.error();
    all.insert(all.end(), orders->begin(), orders->end());
  }
  // Ids sort by creation.
  std::stable_sort(all.begin(), all.end(),
                   [](const RecordImage& a, const RecordImage& b) { return a.id > b.id; });
  if (all.size() > kListedRecordsMax) all.resize(kListedRecordsMax);
  return all;
}

}  // namespace tillcast::contracts
