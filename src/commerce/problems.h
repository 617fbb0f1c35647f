// The refusals that several commands share, each with its stable code. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/problem.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// 401 `unauthenticated`: sign in first.
Problem unauthenticated();
/// 403 `forbidden`.
Problem forbidden(std::string_view detail);
/// 404 `not_found`; `what` is a word such as "product".
Problem not_found(std::string_view what);
/// 409 with this code.
Problem conflict(std::string code, std::string detail);
/// 422 `unknown_product`.
Problem unknown_product(std::string_view product_id);
/// 412 `version_conflict`; `current` is the record as the caller may see it, as JSON.
Problem version_conflict(const std::string& current);

}  // namespace tillcast::commerce
