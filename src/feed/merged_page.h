// The log of several rooms read as one, in the order of the log.
#pragma once

#include <vector>

#include "auth/policy.h"
#include "feed/log_pages.h"
#include "feed/projection.h"

namespace tillcast::feed {

/// A room, and up to where its client has it.
struct RoomSince {
  auth::RoomName room;
  Lsn since;
};

struct MergedPage {
  /// In log order; of one lsn, in the order in which the rooms were asked for.
  std::vector<Message> messages;
  /// The page has all messages of these rooms up to here.
  Lsn end;
  /// The log's last lsn in the page's snapshot; equal to `end` if the page is complete.
  Lsn head;
  bool complete = true;
  /// Rooms that cannot be resumed. They have no messages here: they go on from `head`.
  struct Reset {
    auth::RoomName room;
    ResetReason reason;
  };
  std::vector<Reset> resets;
};

/// Puts messages of several rooms in the order of the log.
void sort_by_lsn(std::vector<Message>& messages);

/// One snapshot for all rooms; the limits of a page are for all of them together. Throws
/// StorageFailure.
MergedPage read_merged_page(storage::Queries& queries, const Projection& projection,
                            const std::vector<RoomSince>& rooms, const ReplayLimits& limits);

}  // namespace tillcast::feed
