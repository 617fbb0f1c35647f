// The caller's cart. Every account has one from the start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/item_lines.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

/// {items:[{product, quantity}]}, lines of the same product added up. Problems as validate().
Outcome<std::vector<ItemLine>> parse_cart(std::string_view body);

/// 401 `unauthenticated`.
Outcome<RecordImage> get_cart(storage::Queries& queries, const auth::Principal& who);
/// Puts these in the place of what was there. 401; 422 `unknown_product` for a product that is not
/// there or not public.
Outcome<RecordImage> put_cart(const Context& context, const std::vector<ItemLine>& items);

/// Takes what was just ordered out of the buyer's cart.
void take_from_cart(RecordWriter& writer, storage::Transaction& transaction,
                    std::string_view user_id, const std::vector<ItemLine>& ordered);

}  // namespace tillcast::commerce
