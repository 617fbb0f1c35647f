// /api/products.
#include "contracts/dialect/products.h"

#include "contracts/dialect/answers.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

constexpr ProductWords kWords{
    .picture = "image_url", .shop = "shop_id", .json = product_json, .deleted_json = product_json};

}  // namespace

Outcome<RestAnswer> list_products(Rest::Queries& queries, const auth::Principal& who,
                                  const RestRequest& asked) {
  commerce::ProductQuery query = product_query(asked, kWords);
  query.shop_id = shop_listed(who, query.shop_id);
  return list_answer(all_products(queries, who, query), product_json);
}

void add_product_routes(Rest& rest) {
  rest.get("/api/products", list_products);
  contracts::add_product_routes(rest, kWords);
}

}  // namespace tillcast::contracts::izishopin_unit
