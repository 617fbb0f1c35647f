// Which shop a request of a dialect is about that does not say so. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "base/problem.h"
#include "commerce/item_lines.h"
#include "storage/query.h"

namespace tillcast::contracts {

/// `named`, or the caller's first shop, of which they are the owner if they own one. 401
/// `unauthenticated`, 403 `forbidden` for who works in no shop.
Outcome<std::string> shop_for(const auth::Principal& who, std::string_view named);

/// The shop whose records a list has: `named`, or a member's own as shop_for() finds it. Empty for
/// all shops.
std::string shop_listed(const auth::Principal& who, const std::string& named);

/// The one shop whose products these are. 422 `unknown_product`, `several_shops`.
Outcome<std::string> shop_of(storage::Queries& queries, const auth::Principal& who,
                             const std::vector<commerce::ItemLine>& items);

/// The rooms that have all that happens in the caller's shops: the desk of each, or the room of all
/// desks for an admin.
std::vector<auth::RoomName> desks_of(const auth::Principal& who);

}  // namespace tillcast::contracts
