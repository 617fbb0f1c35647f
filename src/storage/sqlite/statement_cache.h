// Prepared statements of one SQLite connection, kept by their text.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tillcast::storage {

/// One prepared statement. `parameters[i]` is the N of the `$N` that SQLite counts as i + 1: SQLite
/// takes
/// `$N` as a name and numbers names in the order in which they first appear.
struct Statement {
  std::string text;
  sqlite3_stmt* handle = nullptr;
  std::vector<std::size_t> parameters{};
  bool in_use = false;
};

/// Owns its statements; at most limits::kPreparedStatementsMax. The connection's thread alone.
class StatementCache {
 public:
  explicit StatementCache(sqlite3* connection) : connection_(connection) {}
  ~StatementCache();
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  /// A statement that nobody steps, marked as in use. Throws StorageFailure if `sql` does not
  /// compile.
  Statement& acquire(std::string_view sql);
  /// Resets `statement` and forgets its parameters.
  void release(Statement& statement) noexcept;

  [[nodiscard]] std::size_t size() const { return by_use_.size(); }

 private:
  using Statements = std::list<Statement>;

  Statements::iterator prepare(std::string_view sql);
  void evict() noexcept;

  sqlite3* connection_;
  /// The most recently used first.
  Statements by_use_;
  /// Looks at both ends of a text and its length: most are long, and differ there.
  struct HashEnds {
    std::size_t operator()(std::string_view text) const;
  };
  /// Keys look into the statements' own texts.
  std::unordered_map<std::string_view, Statements::iterator, HashEnds> by_text_;
};

}  // namespace tillcast::storage
