// The change log: one row a changed record, written in the transaction that changed it, readable
// again for as long as it is kept. Storage knows no shop: kinds and ids are text to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/limits.h"
#include "storage/query.h"

namespace tillcast::storage {

enum class Op : std::uint8_t { kCreated = 1, kUpdated = 2, kDeleted = 3 };

/// Who a change concerns. Each bit has an index over (its column, lsn), and that index is the room:
/// `market` = kPublic; `shop:{id}` = kPublic with shop_id; `desk:{id}` = kDesk with shop_id;
/// `user:{id}` = kOwner with user_id; `admin` = kAdmin.
enum Audience : std::uint8_t { kPublic = 1, kDesk = 2, kOwner = 4, kAdmin = 8 };
using AudienceSet = std::uint8_t;

/// One change of one record: all that any projection needs, deletes included.
struct Change {
  Lsn lsn;
  /// The first lsn of the transaction: changes of one transaction share it.
  Lsn txn;
  Op op = Op::kUpdated;
  std::string kind;
  std::string id;
  std::string shop_id;
  std::string user_id;
  /// The user who caused it; empty for the system.
  std::string by;
  std::int64_t version = 0;
  std::int64_t at_ms = 0;
  /// The rooms that this change is in.
  AudienceSet audience = 0;
  /// Whether anyone may see the record, before and after: tells `created` and `deleted` in public
  /// rooms.
  bool public_before = false;
  bool public_after = false;
  /// Names of the changed fields, separated by commas; empty for created and deleted.
  std::string changed;
  /// The whole record as JSON after the change (before it, for a delete), all audiences' fields.
  std::string image;
};

/// All changes of one command, in order.
struct CommittedTransaction {
  std::vector<Change> changes;
};

/// What one COMMIT made durable, in log order.
struct CommittedBatch {
  std::vector<CommittedTransaction> transactions;
  Lsn first;
  Lsn last;
};

/// A room as the log sees it: one audience bit, and the shop or user that it is narrowed to.
struct RoomFilter {
  Audience audience = kPublic;
  /// shop_id for kPublic and kDesk, user_id for kOwner; empty for `market` and `admin`.
  std::string key;
};

/// One page of a room's history.
struct RoomPage {
  std::vector<Change> changes;
  /// The lsn before changes.front() in that room; 0 if there is none.
  Lsn prev;
  /// The last lsn of the whole log in this snapshot.
  Lsn head;
  /// True if nothing of the room after `changes` was in this snapshot.
  bool complete = false;
  /// False if changes after `since` were pruned: the reader must start from a snapshot.
  bool exact = true;
  /// The last of the room that was pruned; 0 if none was.
  Lsn pruned;
};

/// Reads the changes of `room` after `since`, at most `changes_max` and about `bytes_max`.
RoomPage read_room(Queries& queries, const RoomFilter& room, Lsn since, std::size_t changes_max,
                   std::size_t bytes_max);

/// One page of the whole log, whatever the rooms.
struct LogPage {
  std::vector<Change> changes;
  /// False if changes after `since` were pruned; `changes` are then the oldest that are left.
  bool exact = true;
};

/// Reads the changes after `since`, at most `changes_max`.
LogPage read_log(Queries& queries, Lsn since, std::size_t changes_max);

/// The last change of `room` at or before `at`, pruned or not: what the next one's `prev` is. 0 if
/// none. Exact for an `at` that is not older than what was pruned from the room.
Lsn room_head(Queries& queries, const RoomFilter& room, Lsn at);

/// The log's epoch and last lsn in this snapshot.
Position log_position(Queries& queries);

/// The whole transactions behind `since`, whatever rooms they are in; no more of them once there
/// are `changes_max` changes, so a batch may be larger by one transaction. `first` is the lsn after
/// `since`; `last` is as far as the batch goes, `since` if there is nothing.
CommittedBatch read_transactions(Queries& queries, Lsn since, std::size_t changes_max);

/// The row of the log as SQL; used by the engines' writers.
void insert_change(Statements& statements, const Change& change);

/// Deletes the log up to and with `upto` and records, room by room, up to where its chain is gone,
/// so that read_room() can say `exact` for each room and `prev` stays right. The newest row always
/// stays, because the log's head is read from it. Returns how many rows were deleted.
std::int64_t prune_log(Statements& statements, Lsn upto);

/// How much of the log is kept. A change is pruned when it is older than `age_ms_max` and not among
/// the last `changes_min`, and when it is not among the last `changes_max`, whatever its age.
struct LogRetention {
  std::int64_t age_ms_max = limits::kLogAgeMsMax;
  std::uint64_t changes_min = limits::kLogChangesMin;
  std::uint64_t changes_max = limits::kLogChangesMax;
};

/// Prunes what is no longer kept, at most limits::kLogPrunedPerStepMax changes. True if there may
/// be more: call again, in another transaction.
bool prune_log_step(Statements& statements, const LogRetention& keep, std::int64_t now_ms);

}  // namespace tillcast::storage
