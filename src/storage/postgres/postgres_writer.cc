#include "storage/postgres/postgres_writer.h"

#include <array>
#include <chrono>
#include <thread>

namespace tillcast::storage {
namespace {

using Clock = std::chrono::steady_clock;

/// So long the server is asked what became of a COMMIT whose answer was lost; a server that crashed
/// is mostly back by then.
constexpr std::chrono::milliseconds kOutcomeTimeout{5'000};
constexpr std::chrono::milliseconds kOutcomeRetry{100};
/// A process that stands still inside a group holds up all the others, so the server ends its
/// transaction after 10 s.
constexpr std::string_view kEndIdleTransactions = "SET idle_in_transaction_session_timeout = 10000";

}  // namespace

PostgresWriter::PostgresWriter(const PostgresHome& home, WriterPid& pid)
    : home_(home), pid_(pid), link_(home) {
  connect();
}

PostgresWriter::~PostgresWriter() { pid_ = 0; }

void PostgresWriter::WriterStatements::post_rows() {
  rows_.take([this](std::string_view sql, std::span<const Value> parameters, std::size_t rows) {
    link_.current().post_rows(sql, parameters, rows);
  });
}

void PostgresWriter::connect() {
  if (link_.connected() && pid_ != 0) return;
  PostgresConnection& connection = link_.get();
  connection.post(kEndIdleTransactions);
  connection.post(kLockProcess, std::array<Value, 1>{home_.process});
  connection.wait();
  pid_ = connection.backend_pid();
}

void PostgresWriter::disconnect() noexcept {
  link_.drop();
  pid_ = 0;
}

void PostgresWriter::begin_without_savepoints() {
  begin();
  savepoints_ = false;
}

void PostgresWriter::begin() {
  savepoints_ = true;
  // A connection that was idle may have died long ago.
  bool try_again = link_.connected();
  for (;;) {
    try {
      connect();
      return start_transaction();
    } catch (const ConnectionLost&) {
      disconnect();
      if (!try_again) throw;
      try_again = false;
    }
  }
}

void PostgresWriter::start_transaction() {
  // Each statement sees what was committed before it, so behind the lock the log's end is what the
  // last holder of the lock has left.
  static constexpr std::string_view kStart =
      "SELECT pg_current_xact_id(), (SELECT value FROM meta WHERE name = 'epoch'), "
      "(SELECT max(lsn) FROM changes)";
  PostgresConnection& connection = link_.current();
  connection.post("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  connection.post(kLockLog);
  Lsn head;
  std::string epoch;
  connection.query(kStart, {}, [&](const Row& row) {
    transaction_ = row.text(0);
    epoch = row.text(1);
    head = Lsn{static_cast<std::uint64_t>(row.integer(2))};
  });
  if (epoch != home_.epoch) throw StorageFailure(std::string(kMovedHome));
  group_.begin(head);
}

/// Behind all that commands have posted.
void PostgresWriter::post(std::string_view sql) {
  statements_.post_rows();
  link_.current().post(sql);
}

Transaction& PostgresWriter::begin_command() {
  if (savepoints_) post("SAVEPOINT command");
  group_.begin_command();
  return group_;
}

void PostgresWriter::keep_command() {
  if (savepoints_) {
    // The savepoint of the next command must hold nothing of this one.
    group_.write_held(group_);
    post("RELEASE command");
  }
  group_.keep_command();
}

void PostgresWriter::undo_command() {
  if (savepoints_) {
    post("ROLLBACK TO command");
    post("RELEASE command");
  } else if (group_.command_wrote()) {
    throw NoSavepoint();
  }
  group_.undo_command();
}

std::shared_ptr<const CommittedBatch> PostgresWriter::commit() {
  group_.end();
  PostgresConnection& connection = link_.current();
  // A statement that changed another number of rows than it has to is no error to the server, so
  // COMMIT is not sent before the answers are seen.
  try {
    statements_.post_rows();
    if (group_.bytes() > 0) {
      const std::array<Value, 1> channel = {std::string_view(home_.channel)};
      connection.post("SELECT pg_notify($1, '')", channel);
    }
    connection.wait();
  } catch (const ConnectionLost&) {
    throw;
  } catch (const StorageFailure& failure) {
    throw LateFailure(failure.what());
  }
  connection.post("COMMIT", {}, PostgresConnection::Demand::kCommitted);
  try {
    connection.wait();
  } catch (const ConnectionLost&) {
    settle_commit();
  } catch (const StorageFailure& failure) {
    // A COMMIT that was reached has ended the transaction, even if it failed.
    if (connection.in_transaction()) throw LateFailure(failure.what());
    throw;
  }
  return group_.take_committed();
}

/// Finds out whether the group whose COMMIT was not answered is stored. Returns if it is.
void PostgresWriter::settle_commit() {
  const auto end = Clock::now() + kOutcomeTimeout;
  disconnect();
  for (;;) {
    try {
      connect();
      const std::string outcome = ask_outcome();
      if (outcome == "committed") return;
      if (outcome == "aborted") throw ConnectionLost("the connection was lost before COMMIT");
      throw OutcomeUnknown("the server no longer knows what became of a COMMIT");
    } catch (const ConnectionLost&) {
      if (link_.connected()) throw;
      if (Clock::now() >= end) throw OutcomeUnknown("the connection was lost in COMMIT");
    }
    std::this_thread::sleep_for(kOutcomeRetry);
  }
}

/// What became of the last transaction. The server process that ran it holds the lock until it has
/// ended it, whichever way.
std::string PostgresWriter::ask_outcome() {
  std::string outcome;
  const std::array<Value, 1> transaction = {std::string_view(transaction_)};
  try {
    PostgresConnection& connection = link_.current();
    connection.post("BEGIN");
    connection.post(kLockLog);
    connection.query("SELECT pg_xact_status($1::xid8)", transaction,
                     [&outcome](const Row& row) { outcome = row.text(0); });
    connection.execute("ROLLBACK");
  } catch (const ConnectionLost&) {
    disconnect();
    throw;
  }
  return outcome;
}

void PostgresWriter::roll_back() noexcept {
  group_.roll_back();
  statements_.forget_rows();
  if (!link_.connected()) return;
  try {
    link_.current().abandon();
  } catch (const std::exception&) {
    disconnect();
  }
}

}  // namespace tillcast::storage
