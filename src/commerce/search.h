// Searching products by their text. This is the one place that knows how an engine does it; the
// tables and indexes that it uses stand in the migrations.
//
// What a user types is words, never a query language: whatever they type finds something or
// nothing, and is no error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commerce/record.h"
#include "storage/query.h"

namespace tillcast::commerce {

/// The pieces of SQL that find products, in one engine's words.
struct SearchSql {
  /// A condition on `products`; its one `?` is what search_words() gives.
  std::string_view matches;
  /// The same for a list by relevance: what stands between FROM and further conditions, with $1 for
  /// the words, and the order, the best first.
  std::string_view relevant_from;
  std::string_view relevant_order;
};
const SearchSql& search_sql(storage::Engine engine);

/// The words of `text` as the engine's query: each must be there, as a whole or as the beginning of
/// a word. Only the first limits::kSearchWordsMax count. Nothing if there is no word in it.
std::optional<std::string> search_words(storage::Engine engine, std::string_view text);

// What RecordWriter calls, in the same transaction as the row; records of kinds that nobody
// searches are passed over.
void add_to_search(storage::Statements& statements, const Record& record);
void change_in_search(storage::Statements& statements, const Record& record);
void remove_from_search(storage::Statements& statements, const Record& record);

}  // namespace tillcast::commerce
