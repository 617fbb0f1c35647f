// /api: sign-in, products, orders and the dashboard's figures.
#include "commerce/json_text.h"
#include "commerce/orders.h"
#include "commerce/stats.h"
#include "contracts/bva/shapes.h"
#include "contracts/bva/unit.h"
#include "contracts/dialect/accounts.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"

namespace tillcast::contracts::bva_unit {

namespace {

using commerce::Context;
using commerce::JsonObject;
using commerce::RecordImage;

/// {id, email, shops: [{id, name}]}.
std::string user_json(Rest::Queries& queries, const auth::Principal& who, const RecordImage& user) {
  return JsonObject()
      .text("id", user.id)
      .text("email", Image(user).text("email"))
      .raw("shops", shops_json(queries, who))
      .finish();
}

void add_account_routes(Rest& rest) {
  const TokenBody body = [](auto& queries, const auto& who, const auto& user, const auto& token) {
    return JsonObject().text("token", token).raw("user", user_json(queries, who, user)).finish();
  };
  add_sign_in_routes(rest, "/api/auth", body, R"({"success":true})");
}

Outcome<RestAnswer> list_products(Rest::Queries& queries, const auth::Principal& who,
                                  const RestRequest& asked) {
  return list_answer(all_products(queries, who, {.shop_id = query_text(asked, "shopId")}),
                     product_json);
}

/// {totalSales, totalRevenue, totalProfit, stockAlerts}.
Outcome<RestAnswer> dashboard(Rest::Queries& queries, const auth::Principal& who,
                              const RestRequest& asked) {
  // The figures of all days come first; a shop that has sold nothing has none.
  const auto figures = commerce::list_stats(queries, who, asked.parameters[0]);
  if (!figures) return figures.error();
  const auto products = all_products(queries, who, {.shop_id = asked.parameters[0]});
  if (!products) return products.error();
  const Image total(figures->items.empty() ? std::string("{}") : figures->items.front().json);
  std::string alerts = "[";
  for (const RecordImage& record : *products) {
    const Image product(record);
    if (product.integer("stock") >= product.integer("low_stock_threshold")) continue;
    if (alerts.size() > 1) alerts += ',';
    alerts += alert_json(product);
  }
  alerts += ']';
  return RestAnswer{200,
                    JsonObject()
                        .integer("totalSales", total.integer("orders"))
                        .raw("totalRevenue", decimal(total.integer("revenue_minor")))
                        .raw("totalProfit", decimal(total.integer("profit_minor")))
                        .raw("stockAlerts", alerts)
                        .finish(),
                    {},
                    {}};
}

Outcome<commerce::OrderRequest> new_order(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  auto items = read_items(*parsed, "productId");
  if (!items) return items.error();
  commerce::OrderRequest request;
  request.shop_id = text_member(*parsed, "shopId");
  request.items = *std::move(items);
  request.email = text_member(*parsed, "customerEmail");
  if (request.shop_id.empty()) {
    return commerce::validation_problem({{"shopId", "required", "Say which shop."}});
  }
  if (auto problem = commerce::check_contact(request)) return *std::move(problem);
  return request;
}

/// A buyer is not told what the shop earns; whoever works there is.
Outcome<RestAnswer> placed(const Context& context, const RecordImage& order) {
  const Reader reader = context.who.is_member(order.shop_id) ? Reader::kSeller : Reader::kBuyer;
  return RestAnswer{201, order_json(Image(order), reader), {}, {}};
}

}  // namespace

void add_routes(Rest& rest) {
  add_account_routes(rest);
  rest.get("/api/products", list_products);
  rest.get("/api/dashboard/{shopId}", dashboard);
  rest.write_as(
      "POST", "/api/orders", placed, new_order,
      [](const Context& context, const RestRequest&, const commerce::OrderRequest& order) {
        return commerce::place_order(context, order);
      });
}

}  // namespace tillcast::contracts::bva_unit
