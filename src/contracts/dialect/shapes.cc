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

}  // namespace tillcast::contracts
