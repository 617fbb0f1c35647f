// The marketplace's objects. Pure; any thread.
#pragma once

#include <string>

#include "contracts/dialect/image.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts::bva_unit {

/// {id, shopId, name, description, price, stock, category, imageUrl}.
std::string product_json(const Image& product);

/// [{productId, productName, quantity, price}].
std::string items_json(const Image& order);
/// Who reads it works in the shop, or is the buyer, who is not told revenue and profit.
enum class Reader { kSeller, kBuyer };
/// {orderId, total, revenue, profit, items, customerEmail, createdAt}.
std::string order_json(const Image& order, Reader reader);

/// {productId, productName, currentStock, threshold}.
std::string alert_json(const Image& product);

/// {error, code}, and what is short of what was ordered: items: [{productId, productName,
/// requested, available}].
RestAnswer refusal(const Problem& problem);

}  // namespace tillcast::contracts::bva_unit
