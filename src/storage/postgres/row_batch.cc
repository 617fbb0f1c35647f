#include "storage/postgres/row_batch.h"

#include <array>

namespace tillcast::storage {
namespace {

constexpr std::string_view kInsert = "INSERT INTO ";
constexpr std::string_view kValues = " VALUES (";
/// Statements of few sizes, so that each is prepared once. The rows that are left go one by one.
constexpr std::array<std::size_t, 3> kSizes = {kRowsPerInsertMax, 8, 1};

void append_row(std::string& sql, std::size_t first, std::size_t columns) {
  sql += '(';
  for (std::size_t i = 0; i < columns; ++i) {
    if (i > 0) sql += ", ";
    sql += '$';
    sql += std::to_string(first + i);
  }
  sql += ')';
}

/// Whether the text ends with VALUES ($1, …, $columns), all of it in this order and no more.
bool is_plain_insert(std::string_view sql, std::size_t columns) {
  const std::size_t values = sql.find(kValues);
  if (!sql.starts_with(kInsert) || values == std::string_view::npos) return false;
  std::string row;
  append_row(row, 1, columns);
  return sql.substr(values + kValues.size() - 1) == row;
}

}  // namespace

bool RowBatch::add(std::string_view sql, std::span<const Value> parameters) {
  if (rows_ == 0) {
    if (!is_plain_insert(sql, parameters.size())) return false;
    sql_ = sql;
    columns_ = parameters.size();
    parameters_.clear();
  } else if (sql != sql_ || parameters.size() != columns_) {
    return false;
  }
  parameters_.add(parameters);
  ++rows_;
  return true;
}

std::string RowBatch::text_for(std::size_t rows) const {
  std::string sql = sql_;
  for (std::size_t row = 1; row < rows; ++row) {
    sql += ", ";
    append_row(sql, row * columns_ + 1, columns_);
  }
  return sql;
}

void RowBatch::post(PostgresConnection& connection) {
  std::size_t posted = 0;
  for (const std::size_t size : kSizes) {
    for (; rows_ - posted >= size; posted += size) {
      const std::span<const char* const> all = parameters_.all();
      connection.post_rows(text_for(size), all.subspan(posted * columns_, size * columns_), size);
    }
  }
  clear();
}

void RowBatch::clear() { rows_ = 0; }

}  // namespace tillcast::storage
