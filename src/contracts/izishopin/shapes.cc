#include "contracts/izishopin/shapes.h"

#include "commerce/json_text.h"
#include "commerce/stats.h"
#include "commerce/time_text.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shapes.h"

namespace tillcast::contracts::izishopin_unit {

using commerce::JsonObject;

std::string product_json(const Image& product) {
  JsonObject json;
  json.text("id", product.text("id"));
  add_product_members(json, product, "image_url");
  json.text("shop_id", product.text("shop_id")).raw("rating", product.raw("rating_avg", "0"));
  return json.finish();
}

std::string order_json(const Image& order) {
  return JsonObject()
      .text("id", order.text("id"))
      .text("shop_id", order.text("shop_id"))
      .raw("items", items_json(order, kProductId))
      .raw("total", decimal(order.integer("total_minor")))
      .text("status", order.text("status"))
      .text("created_at", order.text("created_at"))
      .finish();
}

std::string notification_json(const Image& notification) {
  return JsonObject()
      .text("id", notification.text("id"))
      .text("type", notification.text("type"))
      .text("message", notification.text("message"))
      .raw("read", notification.raw("read", "false"))
      .text("created_at", notification.text("created_at"))
      .finish();
}

std::string shop_json(const Image& shop) {
  JsonObject json;
  json.text("id", shop.text("id"))
      .text("name", shop.text("name"))
      .text("slug", shop.text("slug"))
      .text("currency", shop.text("currency"));
  if (shop.has("logo_url")) json.text("logo_url", shop.text("logo_url"));
  return json.finish();
}

std::int64_t monthly_revenue_minor(const Image& total, std::int64_t at_ms) {
  const std::string day = commerce::utc_day(at_ms);
  if (total.text("month") != commerce::month_of(day)) return 0;
  return total.integer("revenue_minor") - total.integer("earlier_revenue_minor");
}

std::string stats_json(const Image& total, std::int64_t at_ms) {
  return JsonObject()
      .integer("total_products", total.integer("products"))
      .integer("total_orders", total.integer("orders"))
      .raw("total_revenue", decimal(total.integer("revenue_minor")))
      .raw("monthly_revenue", decimal(monthly_revenue_minor(total, at_ms)))
      .integer("low_stock", total.integer("low_stock"))
      .finish();
}

RestAnswer refusal(const Problem& problem) {
  const std::string message = message_of(problem);
  return refused(problem, JsonObject()
                              .text("error", message)
                              .text("detail", message)
                              .text("code", problem.code)
                              .finish());
}

}  // namespace tillcast::contracts::izishopin_unit
