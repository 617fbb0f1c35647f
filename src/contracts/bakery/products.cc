// /api/products.
#include "contracts/dialect/products.h"

#include "commerce/json_text.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/lists.h"

namespace tillcast::contracts::bakery_unit {

namespace {

std::string deleted_json(const Image& product) {
  return commerce::JsonObject()
      .text("message", "Deleted")
      .raw("product", product_json(product))
      .finish();
}

constexpr ProductWords kWords{
    .picture = "image", .shop = "shopId", .json = product_json, .deleted_json = deleted_json};

}  // namespace

void add_product_routes(Rest& rest) {
  rest.get("/api/products", [](auto& queries, auto& who, auto& asked) {
    return list_answer(all_products(queries, who, product_query(asked, kWords)), product_json);
  });
  contracts::add_product_routes(rest, kWords);
}

}  // namespace tillcast::contracts::bakery_unit
