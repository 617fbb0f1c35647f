// One connection to a SQLite file: statements with $N parameters, errors as StorageFailure.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/query.h"
#include "storage/sqlite/statement_cache.h"

namespace tillcast::storage {

/// How a connection is opened. SQLite waits this long for a lock that recovery or another process
/// holds.
struct ConnectionOptions {
  std::string path;
  /// Empty for SQLite's default VFS.
  std::string vfs{};
  bool read_only = false;
  int cache_kib = 8 * 1024;
  /// Sorts and temporary indexes go to disk: for reads of the whole file that may take no memory.
  bool sort_on_disk = false;
};
inline constexpr int kBusyTimeoutMs = 5'000;

/// Owns the SQLite handle and its prepared statements. One thread at a time. Every call throws
/// StorageFailure on failure.
class Connection {
 public:
  /// Opens the file in WAL mode with synchronous=FULL and foreign keys on; a missing file is made.
  /// A `read_only` one makes none, and leaves the mode of what is there.
  explicit Connection(const ConnectionOptions& options);

  void query(std::string_view sql, std::span<const Value> parameters, const RowSink& sink);
  /// Runs one statement and gives the number of rows it changed.
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters = {});
  /// Runs a text of many statements without parameters, unprepared.
  void run_script(const std::string& sql);

  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  class Running;

  static void count_no_memory();
  [[noreturn]] void fail(std::string_view what) const;

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  /// After handle_, so that statements end before their connection.
  std::optional<StatementCache> statements_;
};

}  // namespace tillcast::storage
