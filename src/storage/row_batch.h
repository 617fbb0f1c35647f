// INSERTs of one row each, of one text, gathered into statements of many rows: each statement looks
// for its place in the table and its indexes anew, and on PostgreSQL it costs more than a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/query.h"

namespace tillcast::storage {

/// Rows that one statement takes at most, so that its text and parameters stay in the caches.
inline constexpr std::size_t kRowsPerInsertMax = 32;

/// Owns the rows that were not taken yet, which are at most a group's (limits::kGroupBytesMax).
/// They stand before whatever runs next, so its user calls take() first. One thread.
class RowBatch {
 public:
  /// Stores `rows` rows by one statement.
  using Insert = std::function<void(std::string_view sql, std::span<const Value> parameters,
                                    std::size_t rows)>;

  /// Each statement starts with `verb`, as the engine says INSERT INTO.
  explicit RowBatch(std::string_view verb) : verb_(verb) {}

  /// Takes the row if `sql` is a plain INSERT INTO … VALUES ($1, …, $n) of the text that is
  /// gathered, or if none is. False if it is another one or something else.
  bool add(std::string_view sql, std::span<const Value> parameters);
  /// Gives what was gathered to `insert`. What it throws passes through, and the rest is forgotten.
  void take(const Insert& insert);
  void clear();

 private:
  /// A parameter whose text is so many bytes of texts_.
  struct Text {
    std::size_t start;
    std::size_t size;
  };
  using Held = std::variant<std::monostate, std::int64_t, Text>;

  void take_whole(const Insert& insert);
  const std::string& text_for(std::size_t rows);

  std::string verb_;
  std::string sql_;
  /// Of one row.
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::vector<Held> held_;
  std::string texts_;
  std::vector<Value> values_;
  /// The statements that were made already, by their rows and the text of one row: there are as
  /// many as there are tables.
  std::map<std::size_t, std::map<std::string, std::string, std::less<>>> statements_;
};

}  // namespace tillcast::storage
