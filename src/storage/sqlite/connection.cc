#include "storage/sqlite/connection.h"

#include <type_traits>

namespace tillcast::storage {
namespace {

int bind(sqlite3_stmt* statement, int index, const Value& value) {
  return std::visit(
      [statement, index](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return sqlite3_bind_null(statement, index);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return sqlite3_bind_int64(statement, index, v);
        } else {
          // The text outlives the call, so SQLite needs no copy. A null pointer would bind NULL.
          return sqlite3_bind_text64(statement, index, v.data() == nullptr ? "" : v.data(),
                                     v.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
      },
      value);
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  [[nodiscard]] bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

/// A statement with its parameters bound; gives it back to the cache however the run ends.
class Connection::Running {
 public:
  Running(Connection& connection, std::string_view sql, std::span<const Value> parameters)
      : connection_(connection), statement_(connection.statements_->acquire(sql)) {
    // The destructor does not run for a constructor that throws, so a failed bind releases here.
    try {
      bind_all(parameters);
    } catch (const StorageFailure&) {
      connection_.statements_->release(statement_);
      throw;
    }
  }
  ~Running() { connection_.statements_->release(statement_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// True for a row, false at the end.
  bool step() {
    const int code = sqlite3_step(statement_.handle);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.fail(statement_.text);
    return false;
  }
  [[nodiscard]] sqlite3_stmt* handle() const { return statement_.handle; }

 private:
  void bind_all(std::span<const Value> parameters) {
    if (parameters.size() != statement_.parameters.size()) {
      throw StorageFailure("wrong number of parameters: " + statement_.text);
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Value& value = parameters[statement_.parameters[i] - 1];
      if (bind(statement_.handle, static_cast<int>(i) + 1, value) != SQLITE_OK) {
        connection_.fail(statement_.text);
      }
    }
  }

  Connection& connection_;
  Statement& statement_;
};

/// SQLite counts all memory that it takes, under one lock for all connections; nobody asks for the
/// sums, and they cost a tenth of a statement. Only before the first connection of the process.
void Connection::count_no_memory() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(once);
}

Connection::Connection(const ConnectionOptions& options) {
  count_no_memory();
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (options.read_only ? 0 : SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(options.path.c_str(), &handle, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  handle_.reset(handle);
  if (code != SQLITE_OK) {
    if (handle == nullptr) throw StorageFailure("no memory for a database connection");
    fail("open " + options.path);
  }
  statements_.emplace(handle);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // No memory map: an I/O error stays an error that can be answered, and is not a SIGBUS. Deleted
  // content is overwritten only where that costs no further write.
  if (!options.read_only) run_script("PRAGMA journal_mode = WAL");
  run_script(std::string("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                         "PRAGMA secure_delete = FAST; PRAGMA mmap_size = 0;"
                         "PRAGMA trusted_schema = OFF; PRAGMA temp_store = ") +
             (options.sort_on_disk ? "FILE" : "MEMORY") + "; PRAGMA cache_size = -" +
             std::to_string(options.cache_kib) +
             (options.read_only ? "; PRAGMA query_only = ON;" : ";"));
}

void Connection::query(std::string_view sql, std::span<const Value> parameters,
                       const RowSink& sink) {
  Running running(*this, sql, parameters);
  const SqliteRow row(running.handle());
  while (running.step()) sink(row);
}

std::int64_t Connection::execute(std::string_view sql, std::span<const Value> parameters) {
  Running running(*this, sql, parameters);
  while (running.step()) {
  }
  // SQLite keeps the count of the last statement that wrote; a reading one has changed nothing.
  return sqlite3_stmt_readonly(running.handle()) != 0 ? 0 : sqlite3_changes64(handle_.get());
}

void Connection::run_script(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void Connection::fail(std::string_view what) const {
  throw StorageFailure(std::string(sqlite3_errmsg(handle_.get())) + " (" +
                       std::to_string(sqlite3_extended_errcode(handle_.get())) +
                       "): " + std::string(what));
}

}  // namespace tillcast::storage
