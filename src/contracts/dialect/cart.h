// The cart as the old dialects show it: {items: [{PRODUCT, name, price, quantity}]}, where PRODUCT
// is the dialect's name of a product's id. Products that are gone are left out. Any thread.
#pragma once

#include <string_view>

#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// GET /api/cart: the caller's.
void add_cart_route(Rest& rest, std::string_view product_name);

/// For a cart that was written.
Rest::Shape cart_answer(std::string_view product_name);

}  // namespace tillcast::contracts
