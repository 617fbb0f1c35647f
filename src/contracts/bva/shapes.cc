#include "contracts/bva/shapes.h"

#include "commerce/json_text.h"
#include "contracts/dialect/bodies.h"

namespace tillcast::contracts::bva_unit {

using commerce::JsonObject;

std::string product_json(const Image& product) {
  JsonObject json;
  json.text("id", product.text("id"))
      .text("shopId", product.text("shop_id"))
      .text("name", product.text("name"))
      .text("description", product.text("description"))
      .raw("price", decimal(product.integer("price_minor")))
      .integer("stock", product.integer("stock"))
      .text("category", product.text("category"));
  if (product.has("image_url")) json.text("imageUrl", product.text("image_url"));
  return json.finish();
}

std::string items_json(const Image& order) {
  std::string items = "[";
  for (const Image& item : order.list("items")) {
    if (items.size() > 1) items += ',';
    items += JsonObject()
                 .text("productId", item.text("product_id"))
                 .text("productName", item.text("name"))
                 .integer("quantity", item.integer("quantity"))
                 .raw("price", decimal(item.integer("price_minor")))
                 .finish();
  }
  return items += ']';
}

std::string order_json(const Image& order, Reader reader) {
  const std::string total = decimal(order.integer("total_minor"));
  JsonObject json;
  json.text("orderId", order.text("id")).raw("total", total);
  if (reader == Reader::kSeller) {
    json.raw("revenue", total).raw("profit", decimal(order.integer("profit_minor")));
  }
  json.raw("items", items_json(order));
  if (reader == Reader::kSeller) json.text("customerEmail", order.object("customer").text("email"));
  json.text("createdAt", order.text("created_at"));
  return json.finish();
}

std::string alert_json(const Image& product) {
  return JsonObject()
      .text("productId", product.text("id"))
      .text("productName", product.text("name"))
      .integer("currentStock", product.integer("stock"))
      .integer("threshold", product.integer("low_stock_threshold"))
      .finish();
}

RestAnswer refusal(const Problem& problem) {
  JsonObject json;
  json.text("error", message_of(problem)).text("code", problem.code);
  std::string items = "[";
  for (const Image& item : Image("{" + problem.extra_json + "}").list("items")) {
    if (items.size() > 1) items += ',';
    items += JsonObject()
                 .text("productId", item.text("product_id"))
                 .text("productName", item.text("name"))
                 .integer("requested", item.integer("requested"))
                 .integer("available", item.integer("available"))
                 .finish();
  }
  if (items.size() > 1) json.raw("items", items += ']');
  return refused(problem, json.finish());
}

}  // namespace tillcast::contracts::bva_unit
