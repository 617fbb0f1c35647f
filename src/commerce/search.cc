#include "commerce/search.h"

#include <vector>

#include "base/limits.h"
#include "commerce/fields.h"

namespace tillcast::commerce {
namespace {

using storage::Engine;

// SQLite: FTS5 with a row a product, whose number product_keys gives: the numbers of `products`
// itself are not kept by VACUUM. A word in the name counts ten times one in the description.
constexpr SearchSql kSqlite = {
    "id IN (SELECT product_id FROM product_text JOIN product_keys ON key = product_text.rowid "
    "WHERE product_text MATCH ?)",
    "products JOIN (SELECT product_id, bm25(product_text, 10.0, 1.0) AS score FROM product_text "
    "JOIN product_keys ON key = product_text.rowid WHERE product_text MATCH $1) AS found "
    "ON found.product_id = products.id WHERE 1 = 1",
    "found.score, id"};

// PostgreSQL: a tsvector a product; the migrations say how texts become words.
constexpr SearchSql kPostgres = {
    "id IN (SELECT product_id FROM product_text WHERE words @@ product_query(?))",
    "products JOIN (SELECT product_id, -ts_rank(words, product_query($1)) AS score "
    "FROM product_text WHERE words @@ product_query($1)) AS found "
    "ON found.product_id = products.id WHERE 1 = 1",
    "found.score, id"};

/// What keeps the full text in step with `products`; $1 is the product's id, $2 its name, $3 its
/// description. The numbers of SQLite's rows are given and taken in a table of their own.
struct KeepingSql {
  std::string_view add_key;
  std::string_view add;
  std::string_view change;
  std::string_view remove;
  std::string_view remove_key;
};
constexpr KeepingSql kKeepSqlite = {
    "INSERT INTO product_keys (product_id) VALUES ($1)",
    "INSERT INTO product_text (rowid, title, body) "
    "VALUES ((SELECT key FROM product_keys WHERE product_id = $1), $2, $3)",
    "UPDATE product_text SET title = $2, body = $3 "
    "WHERE rowid = (SELECT key FROM product_keys WHERE product_id = $1)",
    "DELETE FROM product_text WHERE rowid = (SELECT key FROM product_keys WHERE product_id = $1)",
    "DELETE FROM product_keys WHERE product_id = $1"};
constexpr KeepingSql kKeepPostgres = {
    {},
    "INSERT INTO product_text (product_id, words) VALUES ($1, product_vector($2, $3))",
    "UPDATE product_text SET words = product_vector($2, $3) WHERE product_id = $1",
    "DELETE FROM product_text WHERE product_id = $1",
    {}};

const KeepingSql& keeping_sql(const storage::Statements& statements) {
  return statements.engine() == Engine::kSqlite ? kKeepSqlite : kKeepPostgres;
}

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  // Every byte of a character that is not ASCII: the engine knows which of them are letters.
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || byte >= 0x80;
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size() && words.size() < limits::kSearchWordsMax) {
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool is_searched(const Record& record) { return record.kind() == Kind::kProduct; }

void write_text(storage::Statements& statements, std::string_view sql, const Record& record) {
  statements.change_one(
      sql, {std::string_view(record.id()), std::string_view(record.text(product::kName)),
            std::string_view(record.text(product::kDescription))});
}

}  // namespace

const SearchSql& search_sql(Engine engine) {
  return engine == Engine::kSqlite ? kSqlite : kPostgres;
}

std::optional<std::string> search_words(Engine engine, std::string_view text) {
  std::string query;
  for (const std::string_view word : split_words(text)) {
    if (!query.empty()) query += ' ';
    if (engine == Engine::kSqlite) {
      query.append("\"").append(word).append("\"*");
    } else {
      query.append(word);
    }
  }
  if (query.empty()) return std::nullopt;
  return query;
}

void add_to_search(storage::Statements& statements, const Record& record) {
  if (!is_searched(record)) return;
  const KeepingSql& sql = keeping_sql(statements);
  if (!sql.add_key.empty()) statements.change_one(sql.add_key, {std::string_view(record.id())});
  write_text(statements, sql.add, record);
}

void change_in_search(storage::Statements& statements, const Record& record) {
  if (!is_searched(record)) return;
  write_text(statements, keeping_sql(statements).change, record);
}

void remove_from_search(storage::Statements& statements, const Record& record) {
  if (!is_searched(record)) return;
  const KeepingSql& sql = keeping_sql(statements);
  statements.change_one(sql.remove, {std::string_view(record.id())});
  if (!sql.remove_key.empty()) {
    statements.change_one(sql.remove_key, {std::string_view(record.id())});
  }
}

}  // namespace tillcast::commerce
