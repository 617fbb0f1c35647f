#include "storage/sqlite/statement_cache.h"

#include <charconv>
#include <functional>
#include <iterator>

#include "base/limits.h"
#include "storage/query.h"

namespace tillcast::storage {
namespace {

std::vector<std::size_t> parameters_of(sqlite3_stmt* statement, std::string_view sql) {
  std::vector<std::size_t> numbers;
  const int count = sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    const std::string_view text = name == nullptr ? "" : name;
    std::size_t number = 0;
    if (text.size() > 1 && text[0] == '$') {
      std::from_chars(text.data() + 1, text.data() + text.size(), number);
    }
    if (number == 0 || number > static_cast<std::size_t>(count)) {
      throw StorageFailure("parameters must be $1, $2 … without a gap: " + std::string(sql));
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::size_t StatementCache::HashEnds::operator()(std::string_view text) const {
  constexpr std::size_t kEnd = 24;
  const std::hash<std::string_view> hash;
  const std::size_t last = text.size() > kEnd ? text.size() - kEnd : 0;
  return hash(text.substr(0, kEnd)) ^ (hash(text.substr(last)) << 1U) ^ (text.size() << 8U);
}

StatementCache::~StatementCache() {
  for (const Statement& statement : by_use_) sqlite3_finalize(statement.handle);
}

Statement& StatementCache::acquire(std::string_view sql) {
  const auto found = by_text_.find(sql);
  // A query whose sink runs the same text again finds the kept statement in use; it gets one of its
  // own, which release() drops.
  const bool kept = found != by_text_.end();
  const auto statement = kept && !found->second->in_use ? found->second : prepare(sql);
  if (!kept) by_text_.emplace(statement->text, statement);
  by_use_.splice(by_use_.begin(), by_use_, statement);
  statement->in_use = true;
  if (by_use_.size() > limits::kPreparedStatementsMax) evict();
  return *statement;
}

void StatementCache::release(Statement& statement) noexcept {
  sqlite3_reset(statement.handle);
  sqlite3_clear_bindings(statement.handle);
  statement.in_use = false;
  const auto found = by_text_.find(statement.text);
  if (found != by_text_.end() && &*found->second == &statement) return;
  by_use_.remove_if([&statement](const Statement& other) {
    if (&other != &statement) return false;
    sqlite3_finalize(other.handle);
    return true;
  });
}

StatementCache::Statements::iterator StatementCache::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, &rest) != SQLITE_OK) {
    throw StorageFailure(std::string(sqlite3_errmsg(connection_)) + ": " + std::string(sql));
  }
  by_use_.push_front({.text = std::string(sql), .handle = handle});
  const auto statement = by_use_.begin();
  try {
    const std::string_view ignored = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (handle == nullptr || ignored.find_first_not_of(" \n\t;") != std::string_view::npos) {
      throw StorageFailure("not exactly one statement: " + std::string(sql));
    }
    statement->parameters = parameters_of(handle, sql);
  } catch (const StorageFailure&) {
    sqlite3_finalize(handle);
    by_use_.erase(statement);
    throw;
  }
  return statement;
}

void StatementCache::evict() noexcept {
  for (auto oldest = by_use_.end(); oldest != by_use_.begin();) {
    --oldest;
    if (oldest->in_use) continue;
    by_text_.erase(oldest->text);
    sqlite3_finalize(oldest->handle);
    by_use_.erase(oldest);
    return;
  }
}

}  // namespace tillcast::storage
