#include "storage/sqlite/sqlite_writer.h"

namespace tillcast::storage {
namespace {

/// A checkpoint copies past the cache.
constexpr int kCheckpointerCacheKib = 64;

ConnectionOptions through(const GatheringVfs& vfs, ConnectionOptions options) {
  options.vfs = vfs.name();
  return options;
}

}  // namespace

SqliteWriter::SqliteWriter(const ConnectionOptions& options, int checkpoint_pages)
    : vfs_(options.vfs),
      connection_(through(vfs_, options)),
      checkpointer_({.path = options.path, .vfs = options.vfs, .cache_kib = kCheckpointerCacheKib}),
      checkpoint_pages_(checkpoint_pages),
      checkpoint_at_pages_(checkpoint_pages) {
  // The hook takes the place of SQLite's own automatic checkpoint, which would run inside COMMIT,
  // before the answers.
  sqlite3_wal_hook(connection_.handle(), &SqliteWriter::count_wal_pages, this);
}

int SqliteWriter::count_wal_pages(void* writer, sqlite3*, const char*, int pages) {
  static_cast<SqliteWriter*>(writer)->wal_pages_ = pages;
  return SQLITE_OK;
}

void SqliteWriter::WriterStatements::change(std::string_view sql, std::span<const Value> parameters,
                                            std::size_t rows) {
  if (connection_.execute(sql, parameters) == static_cast<std::int64_t>(rows)) return;
  throw StorageFailure("not " + std::to_string(rows) + " rows by: " + std::string(sql));
}

void SqliteWriter::WriterStatements::change_one(std::string_view sql,
                                                std::span<const Value> parameters) {
  if (rows_.add(sql, parameters)) return;
  insert_rows();
  if (!rows_.add(sql, parameters)) change(sql, parameters, 1);
}

void SqliteWriter::WriterStatements::insert_rows() {
  rows_.take([this](std::string_view sql, std::span<const Value> parameters, std::size_t rows) {
    change(sql, parameters, rows);
  });
}

void SqliteWriter::begin() {
  connection_.execute("BEGIN IMMEDIATE");
  group_.begin(log_position(statements_).lsn);
  savepoints_ = true;
}

void SqliteWriter::begin_without_savepoints() {
  begin();
  savepoints_ = false;
}

Transaction& SqliteWriter::begin_command() {
  if (savepoints_) statements_.execute("SAVEPOINT command");
  group_.begin_command();
  return group_;
}

void SqliteWriter::keep_command() {
  if (savepoints_) {
    // The savepoint of the next command must hold nothing of this one.
    group_.write_held(group_);
    statements_.execute("RELEASE command");
  }
  group_.keep_command();
}

void SqliteWriter::undo_command() {
  if (savepoints_) {
    statements_.execute("ROLLBACK TO command");
    statements_.execute("RELEASE command");
  } else if (group_.command_wrote()) {
    throw NoSavepoint();
  }
  group_.undo_command();
}

std::shared_ptr<const CommittedBatch> SqliteWriter::commit() {
  group_.end();
  try {
    statements_.insert_rows();
  } catch (const StorageFailure& failure) {
    throw LateFailure(failure.what());
  }
  connection_.execute("COMMIT");
  return group_.take_committed();
}

void SqliteWriter::roll_back() noexcept {
  group_.roll_back();
  statements_.forget_rows();
  // SQLite ends a transaction by itself after some errors; otherwise ROLLBACK does, and it cannot
  // fail in a way that leaves the transaction open.
  if (!connection_.in_transaction()) return;
  sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteWriter::rest() noexcept {
  if (wal_pages_ < checkpoint_pages_) checkpoint_at_pages_ = checkpoint_pages_;
  if (wal_pages_ < checkpoint_at_pages_) return;
  const int checkpoints = wal_pages_ / checkpoint_pages_;
  const std::optional<Checkpoint> last =
      checkpoints < kCheckpointsBesideMax ? checkpointer_.last() : checkpointer_.wait();
  if (!last) return;  // The next group asks again.
  const bool lacks_little = wal_pages_ - last->copied <= 2 * checkpoint_pages_;
  if (checkpoints < kCheckpointsBeside || (!lacks_little && checkpoints < kCheckpointsBesideMax)) {
    if (checkpointer_.start(wal_pages_)) checkpoint_at_pages_ = wal_pages_ + checkpoint_pages_;
    return;
  }
  checkpoint_at_pages_ = wal_pages_ + checkpoint_pages_;
  // The copy never came to the log's end while groups went on. What is missing is copied between
  // two groups, so that the log starts anew. A reader's old snapshot can hold that back; then the
  // next try is as far away again, so that a long read does not make every group pay.
  const Checkpoint checkpoint = copy_log_back(connection_);
  if (checkpoint.ran && checkpoint.copied == checkpoint.logged) wal_pages_ = 0;
}

}  // namespace tillcast::storage
