// The caller's wishlist: products in the order in which they were put there. It is written when
// something is first put on it; until then it reads as an empty one of version 0.
#pragma once

#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/record.h"
#include "storage/query.h"

namespace tillcast::commerce {

/// 401 `unauthenticated`.
Outcome<RecordImage> get_wishlist(storage::Queries& queries, const auth::Principal& who);
/// The product, if it is on the caller's wishlist. 401; 404 if it is not, or not theirs to see.
Outcome<RecordImage> get_wished_product(storage::Queries& queries, const auth::Principal& who,
                                        std::string_view product_id);

/// Puts the product at the end of the wishlist; one that is there already stays where it is. 401;
/// 422 `unknown_product` for a product that is not there or not public; 409 `wishlist_full` past
/// limits::kWishlistItemsMax.
Outcome<RecordImage> add_to_wishlist(const Context& context, std::string_view product_id);
/// Takes the product off the wishlist; nothing happens if it is not on it. 401.
Outcome<RecordImage> remove_from_wishlist(const Context& context, std::string_view product_id);

}  // namespace tillcast::commerce
