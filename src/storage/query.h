// How SQL is run, the same for every engine. One text serves both: parameters are $1, $2 …,
// integers are 64 bits, times are milliseconds since 1970, JSON is text.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace tillcast::storage {

/// A parameter: absent (SQL NULL), an integer or text. Text is only looked at during the call.
using Value = std::variant<std::monostate, std::int64_t, std::string_view>;

/// One row of an answer; valid only inside the callback that it is given to. Columns count from 0.
class Row {
 public:
  virtual ~Row() = default;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  /// 0 for NULL.
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  /// Empty for NULL.
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

/// A statement that the engine failed to run: disk full, I/O error, connection lost, or SQL that
/// does not fit the schema. Commands neither throw nor catch it: the commit thread and the reader
/// pool do, and answer 503 `not_committed` or `storage_failed`. An expected refusal (no stock, a
/// key that exists) is never one of these: such statements are written to change no row instead.
class StorageFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The connection to the database is gone, and nothing of the running group is stored: another try
/// is safe.
class ConnectionLost : public StorageFailure {
 public:
  using StorageFailure::StorageFailure;
};

/// A statement that was not waited for (Statements::change_one) failed, which came to light at
/// COMMIT: nothing of the group is stored.
class LateFailure : public StorageFailure {
 public:
  using StorageFailure::StorageFailure;
};

/// The connection went while COMMIT was under way, and the database could not be asked in time
/// whether the group is stored.
class OutcomeUnknown : public StorageFailure {
 public:
  using StorageFailure::StorageFailure;
};

/// Takes a sentence on what failed, for whoever runs the server: storage itself keeps no log.
/// Called on any of storage's threads; an empty one is not called.
using FailureReport = std::function<void(std::string_view)>;

/// The engines that this program knows.
enum class Engine : std::uint8_t { kSqlite, kPostgres };

using RowSink = std::function<void(const Row&)>;

/// Reads in one snapshot. One thread at a time; lives as long as its transaction.
class Queries {
 public:
  virtual ~Queries() = default;

  /// For the few texts that differ from engine to engine.
  [[nodiscard]] virtual Engine engine() const = 0;

  /// Runs one statement and gives each row to `sink`. Statements are prepared once a connection and
  /// kept (at most 512), so texts should come from a bounded set. Throws StorageFailure.
  virtual void query(std::string_view sql, std::span<const Value> parameters,
                     const RowSink& sink) = 0;

  void query(std::string_view sql, std::initializer_list<Value> parameters, const RowSink& sink) {
    query(sql, std::span(parameters.begin(), parameters.size()), sink);
  }
};

/// Statements that write; the number of rows they changed is the answer.
class Statements : public Queries {
 public:
  /// Throws StorageFailure.
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> parameters) = 0;

  std::int64_t execute(std::string_view sql, std::initializer_list<Value> parameters) {
    return execute(sql, std::span(parameters.begin(), parameters.size()));
  }

  /// Runs a statement that changes exactly one row. Its answer is not waited for: an engine may
  /// send it together with what comes next, so StorageFailure, also for another number of rows, is
  /// thrown now or by a later call, at the latest by Writer::commit().
  virtual void change_one(std::string_view sql, std::span<const Value> parameters) = 0;

  void change_one(std::string_view sql, std::initializer_list<Value> parameters) {
    change_one(sql, std::span(parameters.begin(), parameters.size()));
  }
};

}  // namespace tillcast::storage
