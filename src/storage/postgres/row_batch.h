// INSERTs of one row each, of one text, gathered into statements of many rows: on PostgreSQL a
// statement costs more than a row.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "storage/postgres/connection.h"
#include "storage/postgres/parameters.h"
#include "storage/query.h"

namespace tillcast::storage {

/// Rows that one statement takes at most, so that its text and parameters stay in the caches.
inline constexpr std::size_t kRowsPerInsertMax = 32;

/// Owns the rows that are not posted yet. They stand before whatever is posted next, so its user
/// calls post() first. One thread.
class RowBatch {
 public:
  /// Takes the row if `sql` is a plain INSERT … VALUES ($1, …, $n) of the text that is gathered, or
  /// if none is. False if it is another one or something else.
  bool add(std::string_view sql, std::span<const Value> parameters);
  /// Posts what was gathered; each row has to be stored.
  void post(PostgresConnection& connection);
  void clear();

 private:
  [[nodiscard]] std::string text_for(std::size_t rows) const;

  std::string sql_;
  /// Of one row.
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  TextParameters parameters_;
};

}  // namespace tillcast::storage
