#include "storage/row_batch.h"

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
  if (sql != sql_ || parameters.size() != columns_) {
    if (rows_ > 0 || !is_plain_insert(sql, parameters.size())) return false;
    sql_ = sql;
    columns_ = parameters.size();
  }
  for (const Value& value : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      held_.emplace_back(*number);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      held_.emplace_back(Text{texts_.size(), text->size()});
      texts_ += *text;
    } else {
      held_.emplace_back();
    }
  }
  ++rows_;
  return true;
}

const std::string& RowBatch::text_for(std::size_t rows) {
  auto& statements = statements_[rows];
  const auto known = statements.find(sql_);
  if (known != statements.end()) return known->second;
  std::string sql = verb_ + sql_.substr(kInsert.size());
  for (std::size_t row = 1; row < rows; ++row) {
    sql += ", ";
    append_row(sql, row * columns_ + 1, columns_);
  }
  return statements.emplace(sql_, std::move(sql)).first->second;
}

void RowBatch::take(const Insert& insert) {
  if (rows_ == 0) return;
  try {
    take_whole(insert);
  } catch (...) {
    clear();
    throw;
  }
  clear();
}

void RowBatch::take_whole(const Insert& insert) {
  const std::string_view texts = texts_;
  values_.clear();
  for (const Held& held : held_) {
    if (const auto* number = std::get_if<std::int64_t>(&held)) {
      values_.emplace_back(*number);
    } else if (const auto* text = std::get_if<Text>(&held)) {
      values_.emplace_back(texts.substr(text->start, text->size));
    } else {
      values_.emplace_back();
    }
  }
  const std::span<const Value> all = values_;
  std::size_t taken = 0;
  for (const std::size_t size : kSizes) {
    for (; rows_ - taken >= size; taken += size) {
      insert(text_for(size), all.subspan(taken * columns_, size * columns_), size);
    }
  }
}

void RowBatch::clear() {
  rows_ = 0;
  held_.clear();
  texts_.clear();
}

}  // namespace tillcast::storage
