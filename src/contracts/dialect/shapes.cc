#include "contracts/dialect/shapes.h"

#include "contracts/dialect/bodies.h"

namespace tillcast::contracts {

void add_product_members(commerce::JsonObject& json, const Image& product,
                         std::string_view picture) {
  json.text("name", product.text("name"))
      .text("description", product.text("description"))
      .raw("price", decimal(product.integer("price_minor")))
      .text("category", product.text("category"))
      .integer("stock", product.integer("stock"));
  if (product.has("image_url")) json.text(picture, product.text("image_url"));
}

std::string items_json(const Image& order, std::string_view product_name) {
  std::string items = "[";
  for (const Image& item : order.list("items")) {
    if (items.size() > 1) items += ',';
    items += commerce::JsonObject()
                 .text(product_name, item.text("product_id"))
                 .text("name", item.text("name"))
                 .raw("price", decimal(item.integer("price_minor")))
                 .integer("quantity", item.integer("quantity"))
                 .finish();
  }
  return items += ']';
}

}  // namespace tillcast::contracts
