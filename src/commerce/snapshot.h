// What a client starts a room with: the room's records as its viewer sees them, and the position
// from which changes go on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "base/problem.h"
#include "commerce/schema.h"
#include "storage/query.h"

namespace tillcast::commerce {

struct KindRecords {
  Kind kind;
  /// Rendered JSON objects.
  std::vector<std::string> records{};
};

struct RoomSnapshot {
  /// Of the first page's read transaction; later pages repeat it, and may hold newer records.
  Position position{};
  /// The kinds of this room that are on this page, in a fixed order.
  std::vector<KindRecords> kinds{};
  /// Empty after the last page.
  std::string next_cursor{};

  /// {"product":[…],"shop":[…]}: the member `records` of the answer.
  [[nodiscard]] std::string records_json() const;
};

/// The latest of these that a desk's and a user's snapshot holds; orders have
/// limits::kDeskClosedOrdersMax.
inline constexpr std::int64_t kSnapshotNotificationsMax = 100;
inline constexpr std::int64_t kSnapshotStockEntriesMax = 100;
inline constexpr std::int64_t kSnapshotJobsMax = 100;

/// One page of at most `limit` records (cut to limits::kSnapshotPageRecordsMax). The caller has
/// asked auth::may_join(). 404 `not_found` for a shop or user that is not there, 400 `bad_cursor`.
Outcome<RoomSnapshot> room_snapshot(storage::Queries& queries, const auth::RoomName& room,
                                    std::size_t limit, std::string_view cursor);

}  // namespace tillcast::commerce
