// What objects of several dialects have in common. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "commerce/json_text.h"
#include "contracts/dialect/image.h"

namespace tillcast::contracts {

/// Adds name, description, price, category, stock and, if there is one, the picture, whose name the
/// dialects do not agree on.
void add_product_members(commerce::JsonObject& json, const Image& product,
                         std::string_view picture);

/// [{PRODUCT_NAME, name, price, quantity}] of an order.
std::string items_json(const Image& order, std::string_view product_name);

}  // namespace tillcast::contracts
