// Shops. members.h has the people who work in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/members.h"
#include "commerce/page.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// `values` from validate(Kind::kShop, …, BodyMode::kCreate, Writers::kOwner). The caller becomes
/// the owner, and a seller. Without a slug it gets one of its name, or its id. 401
/// `unauthenticated`, 409 `slug_taken`.
Outcome<RecordImage> create_shop(const Context& context, const Values& values);

/// `values` from validate(Kind::kShop, …, BodyMode::kPatch, Writers::kShop). Members alone.
/// 404, 403 `forbidden`, 409 `slug_taken`, 412 `version_conflict`.
Outcome<RecordImage> patch_shop(const Context& context, std::string_view shop_id,
                                const Values& values, std::optional<std::int64_t> if_match);

/// 404 `not_found`.
Outcome<RecordImage> get_shop(storage::Queries& queries, std::string_view shop_id);
/// All shops by name. 400 `bad_cursor`.
Outcome<Page> list_shops(storage::Queries& queries, const PageRequest& page);

}  // namespace tillcast::commerce
