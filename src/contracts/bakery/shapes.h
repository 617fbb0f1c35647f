// The bakery's objects. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "auth/principal.h"
#include "commerce/record.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts::bakery_unit {

/// The product of a line of a cart or an order.
inline constexpr std::string_view kProductId = "productId";

/// {_id, name, description, price, category, stock, image, createdAt, updatedAt}.
std::string product_json(const Image& product);
/// {_id, userId: {_id, name, email, phone}, items, total, status, address?, createdAt, updatedAt}.
std::string order_json(const Image& order);
/// {_id, name, email, phone, role}.
std::string user_json(const Image& user, const auth::Principal& who);

/// `admin` for the people of a shop, else `customer`.
std::string_view role_of(const auth::Principal& who);
/// `Pending` for `pending`.
std::string status_name(std::string_view status);

/// {timestamp, data}.
std::string data_event(const storage::Change& change, std::string_view data_json);
/// {timestamp, message, type, data}.
std::string notice(std::string_view timestamp, std::string_view message, std::string_view type,
                   std::string_view data_json = "null");

/// {message, code}.
RestAnswer refusal(const Problem& problem);

}  // namespace tillcast::contracts::bakery_unit
