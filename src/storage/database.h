// A database that owns the shop's rows and their change log. Engines (sqlite/, postgres/) implement
// it; everything above sees only this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "storage/change_log.h"
#include "storage/group_memory.h"
#include "storage/query.h"

namespace tillcast::storage {

/// One numbered step of the schema. Numbers of a component go up from 1 without a gap.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

/// What a command sees: it reads and writes rows, and must log each change of a record.
/// Its statements find the database as if nothing were held back in memory, and those that write
/// make the group forget what it read. Commit thread only; lives during one command.
class Transaction : public Statements {
 public:
  /// Gives `change` its lsn and txn; its row is written with the group. Throws StorageFailure;
  /// refuses (by StorageFailure too: it is a bug) more than limits::kChangesPerTransactionMax.
  virtual Lsn log(Change change) = 0;

  /// The same statements without a look at what is held back: for rows that it does not concern.
  virtual Statements& beside() = 0;
  /// What the commands of the group hold in memory; the first that asks has it made. A program has
  /// one sort of it.
  virtual GroupMemory& memory(MakeGroupMemory make) = 0;
  /// Writes what is held back and the rows of the log; what the running command holds back is
  /// logged by `through`, which is this one or stands before it.
  virtual void write_held(Transaction& through) = 0;
};

/// A command cannot be undone alone: roll its group back, and run it again after Writer::begin().
class NoSavepoint : public StorageFailure {
 public:
  NoSavepoint() : StorageFailure("a command of a group without savepoints is to be undone") {}
};

/// The writer's connection. One thread. Every call throws StorageFailure on failure, after which
/// only roll_back() may be called.
class Writer {
 public:
  virtual ~Writer() = default;

  /// Starts a group. On PostgreSQL this takes the advisory lock, so lock order is lsn order.
  virtual void begin() = 0;
  /// Starts a group whose commands will likely all be kept: undo_command() of one that wrote may
  /// throw NoSavepoint. For engines on which a savepoint has its price.
  virtual void begin_without_savepoints() { begin(); }
  /// Starts one command of the group (a savepoint).
  virtual Transaction& begin_command() = 0;
  /// Keeps the command: its changes join the batch of the group.
  virtual void keep_command() = 0;
  /// Undoes the command: rows, changes and lsns.
  virtual void undo_command() = 0;
  /// Makes the group durable (one fsync) and gives what was committed; empty batches have no
  /// transactions. Throws ConnectionLost and LateFailure only if nothing of the group is stored,
  /// and OutcomeUnknown if that is not known.
  virtual std::shared_ptr<const CommittedBatch> commit() = 0;
  virtual void roll_back() noexcept = 0;

  /// Bytes of the changes kept in this group so far, so that a group can be ended in time.
  [[nodiscard]] virtual std::size_t group_bytes() const = 0;
  /// Called between groups, when all answers are given: the engine's time for housekeeping
  /// (SQLite's checkpoints). A failure here costs nothing but the housekeeping, so it is not told.
  virtual void rest() noexcept {}
};

/// A connection for reads. One thread.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Runs `read` in one read transaction: all its queries see the same state.
  virtual void snapshot(const std::function<void(Queries&)>& read) = 0;
};

/// Is told the log's last lsn, on a thread of the engine's.
using HeadSink = std::function<void(Lsn head)>;

/// Follows the commits of other processes from its construction to its destruction.
class HeadWatch {
 public:
  virtual ~HeadWatch() = default;
};

/// An open database; it outlives its writer, readers and watch. open_* may be called from any
/// thread; there is one Writer at a time.
class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual Engine engine() const = 0;
  /// This process among those that share the database: its number is in the view
  /// `living_processes` for as long as its writer is connected, and is never another one's. 0 for
  /// an engine that one process has to itself, where the view is empty.
  [[nodiscard]] virtual std::int64_t process_number() const { return 0; }
  /// Applies those migrations of `component` that are not applied yet, each in a transaction of its
  /// own, before a Writer is opened. Throws std::runtime_error with a sentence for the user if the
  /// database has a migration that is not in the list: a newer version wrote it.
  virtual void migrate(std::string_view component, std::span<const Migration> migrations) = 0;
  virtual std::unique_ptr<Writer> open_writer() = 0;
  virtual std::unique_ptr<Reader> open_reader() = 0;
  /// Calls `moved` soon after another process has moved the log's end, and now and then when none
  /// has. Null for an engine that one process has to itself.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): an engine keeps them.
  virtual std::unique_ptr<HeadWatch> watch_head(HeadSink /*moved*/, FailureReport /*report*/) {
    return nullptr;
  }
};

}  // namespace tillcast::storage
