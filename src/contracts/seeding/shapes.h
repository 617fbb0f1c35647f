// The seeding guide's objects. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "commerce/json_text.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts::seeding_unit {

/// The `source` of the server's own messages.
inline constexpr std::string_view kSource = "tillcast";
/// {type, timestamp, source}, to which more may come.
commerce::JsonObject server_message(std::string_view type, std::int64_t at_ms);

/// {id, name, description, price, category, stock, image, rating}.
std::string product_json(const Image& product);
/// {id, productId, author, rating, comment, createdAt}.
std::string review_json(const Image& review);

/// {success: false, error, code}.
RestAnswer refusal(const Problem& problem);

}  // namespace tillcast::contracts::seeding_unit
