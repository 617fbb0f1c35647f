// The dashboards' objects. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contracts/dialect/image.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts::izishopin_unit {

/// The product of a line of a cart or an order.
inline constexpr std::string_view kProductId = "product_id";

/// {id, name, description, price, category, stock, image_url, shop_id, rating}.
std::string product_json(const Image& product);
/// {id, shop_id, items: [{product_id, name, price, quantity}], total, status, created_at}.
std::string order_json(const Image& order);
/// {id, type, message, read, created_at}.
std::string notification_json(const Image& notification);
/// {id, name, slug, currency, logo_url}.
std::string shop_json(const Image& shop);

/// What a shop's total says of the month of `at_ms`.
std::int64_t monthly_revenue_minor(const Image& total, std::int64_t at_ms);
/// {total_products, total_orders, total_revenue, monthly_revenue, low_stock}.
std::string stats_json(const Image& total, std::int64_t at_ms);

/// {error, detail, code}.
RestAnswer refusal(const Problem& problem);

}  // namespace tillcast::contracts::izishopin_unit
