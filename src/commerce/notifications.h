// Notifications: to a user, or to all the people of a shop.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/page.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

/// The caller's own and their shops', the latest first. 401, 400 `bad_cursor`.
Outcome<Page> list_notifications(storage::Queries& queries, const auth::Principal& who,
                                 const PageRequest& page);

/// `values` from validate(Kind::kNotification, …, BodyMode::kPatch, Writers::kOwnerAndShop):
/// {read}. 401, 404, 412 `version_conflict`.
Outcome<RecordImage> patch_notification(const Context& context, std::string_view id,
                                        const Values& values, std::optional<std::int64_t> if_match);

/// Tells the shop's people that a product's stock has fallen below its threshold, if this change of
/// the product is what made it so.
void notify_low_stock(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                      const Record& product, std::int64_t stock_before,
                      std::int64_t threshold_before);
/// Tells the shop's people of a new order, and its buyer of a new status.
void notify_new_order(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                      const Record& order);
void notify_order_status(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                         const Record& order);

}  // namespace tillcast::commerce
