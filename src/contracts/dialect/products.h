// The products' routes of a dialect whose products are the schema's but for some names. Called at
// start-up; what it adds runs as rest.h says.
#pragma once

#include <string_view>

#include "commerce/catalogue.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// A dialect's words for products; the other fields of a body are name, description, price,
/// category and stock in all.
struct ProductWords {
  std::string_view picture;
  /// The member of a body, and of a list's query, that names the shop.
  std::string_view shop;
  RecordJson json;
  /// What is answered with a product that was deleted.
  RecordJson deleted_json;
};

/// POST /api/products and GET, PATCH, PUT, DELETE /api/products/{id}. A new product is of the shop
/// that shop_for() finds.
void add_product_routes(Rest& rest, const ProductWords& words);

/// What is asked of GET /api/products: {SHOP?, category?, search?}.
commerce::ProductQuery product_query(const RestRequest& asked, const ProductWords& words);

}  // namespace tillcast::contracts
