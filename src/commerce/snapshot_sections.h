// What a snapshot of each sort of room is made of, as SQL. Constants; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "commerce/schema.h"

namespace tillcast::commerce {

/// Records of one kind in the order of their ids. $1 is the last id that was given, $2 the limit,
/// and $3, if the section is narrowed, the shop's or user's id.
struct SnapshotSection {
  Kind kind;
  std::string sql;
  bool is_narrowed;
};

struct SnapshotSections {
  std::vector<SnapshotSection> all{};
  /// From here on the sections are repeated for each shop; all.size() if none are.
  std::size_t repeated_from = 0;
};

const SnapshotSections& snapshot_sections(auth::RoomKind room);

}  // namespace tillcast::commerce
