// Reading the log again, in whole transactions, so that a projection sees what it saw live.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/limits.h"
#include "feed/projection.h"
#include "storage/change_log.h"

namespace tillcast::feed {

/// A page of a room that ends between two transactions.
struct WholePage {
  storage::RoomPage page;
  /// The page has all of the room's changes up to here.
  Lsn end;
};

/// As storage::read_room(), but never cuts a transaction: a page is larger than asked for if a
/// single transaction is. Throws StorageFailure.
WholePage read_whole_transactions(storage::Queries& queries, const storage::RoomFilter& room,
                                  Lsn since, std::size_t changes_max, std::size_t bytes_max);

/// How much of a room is read or kept at once.
struct ReplayLimits {
  std::size_t page_changes_max = limits::kReplayPageChangesMax;
  std::size_t page_bytes_max = limits::kReplayPageBytesMax;
  std::size_t recent_messages_max = limits::kCatchUpMessagesMax;
};

/// A page of a room's history in a contract's words.
struct ReplayPage {
  std::vector<Message> messages;
  /// The page has all of the room's messages after `since` up to here.
  Lsn end;
  /// The log's last lsn in the page's snapshot; equal to `end` if the page is complete.
  Lsn head;
  bool complete = false;
  /// False if changes after `since` are pruned.
  bool exact = true;
};

/// Appends what the changes of a page mean in `room`.
void project_page(const Projection& projection, const auth::RoomName& room,
                  const storage::RoomPage& page, std::vector<Message>& out);

/// Pages as read_whole_transactions(). Throws StorageFailure.
ReplayPage read_replay_page(storage::Queries& queries, const Projection& projection,
                            const auth::RoomName& room, Lsn since, const ReplayLimits& limits);

/// A room of which changes are pruned that somebody wanted to read.
struct PrunedRoom {
  /// Its place among the rooms that were asked for.
  std::size_t room;
  /// The last of those changes.
  Lsn upto;
};

/// What a feed reads back that has lost batches.
struct ReadBack {
  /// `last` is as far as it goes, which is `since` if there is nothing.
  storage::CommittedBatch batch;
  /// The rooms that the batch cannot tell all of.
  std::vector<PrunedRoom> pruned;
};

/// The changes of all `rooms` after `since`, at most about `changes_max`.
ReadBack read_back(storage::Queries& queries, std::span<const storage::RoomFilter> rooms, Lsn since,
                   std::size_t changes_max);

}  // namespace tillcast::feed
