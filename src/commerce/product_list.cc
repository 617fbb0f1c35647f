// list_products(): the one read of the catalogue with filters, search, sorts and pages.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "commerce/catalogue.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/schema_table.h"
#include "commerce/search.h"
#include "commerce/text_format.h"

namespace tillcast::commerce {
namespace {

/// How one order of the list is told to SQL. The id follows in the same direction, so that no two
/// products have the same key.
struct SortSql {
  ProductSort sort;
  std::string_view name;
  /// kNoField for relevance, which is no field's value.
  FieldIndex field;
  bool falling;
};

constexpr std::array<SortSql, 6> kSorts = {{
    {ProductSort::kNewest, "newest", kCreatedAt, true},
    {ProductSort::kPrice, "price", product::kPriceMinor, false},
    {ProductSort::kPriceFalling, "-price", product::kPriceMinor, true},
    {ProductSort::kName, "name", product::kName, false},
    {ProductSort::kRating, "rating", product::kRatingAvg, true},
    {ProductSort::kRelevance, "relevance", kNoField, false},
}};

const SortSql& sql_of(ProductSort sort) {
  return *std::find_if(kSorts.begin(), kSorts.end(),
                       [sort](const SortSql& each) { return each.sort == sort; });
}

/// A SELECT that grows by conditions. Its text depends only on which filters there are, so that
/// there are few texts to prepare. It looks into the values that it is given.
class ListSql {
 public:
  ListSql() : text_(std::string(kSelect()) + "products WHERE 1 = 1") {}
  /// By relevance to these words.
  ListSql(const SearchSql& search, std::string_view words)
      : text_(std::string(kSelect()).append(search.relevant_from)) {
    values_.emplace_back(words);
  }

  /// `condition` has one `?`, which becomes the value's parameter.
  void where(std::string_view condition, storage::Value value) {
    const std::size_t mark = condition.find('?');
    text_.append(" AND ").append(condition.substr(0, mark)) += next(value);
    text_.append(condition.substr(mark + 1));
  }
  void where_public() {
    text_ += " AND status IN (";
    for (const std::string_view status : schema::kPublicProductStatuses) {
      if (status != schema::kPublicProductStatuses[0]) text_ += ", ";
      text_.append("'").append(status) += '\'';
    }
    text_ += ')';
  }
  void after(const SortSql& sort, storage::Value key, std::string_view id) {
    text_.append(" AND (").append(column(sort)).append(", id) ").append(sort.falling ? "<" : ">");
    text_.append(" (").append(next(key)).append(", ").append(next(id)) += ')';
  }
  void order(const SortSql& sort, std::int64_t limit) {
    const std::string_view direction = sort.falling ? " DESC" : "";
    text_.append(" ORDER BY ").append(column(sort)).append(direction).append(", id");
    text_.append(direction).append(" LIMIT ").append(next(limit));
  }
  void order(const SearchSql& search, std::int64_t skip, std::int64_t limit) {
    text_.append(" ORDER BY ").append(search.relevant_order).append(" LIMIT ").append(next(limit));
    text_.append(" OFFSET ").append(next(skip));
  }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::span<const storage::Value> values() const { return values_; }

 private:
  static const std::string& kSelect() {
    static const std::string select =
        "SELECT " + std::string(columns_of(Kind::kProduct)) + " FROM ";
    return select;
  }
  static std::string_view column(const SortSql& sort) {
    return schema::kProductFields[sort.field].name;
  }
  std::string next(storage::Value value) {
    values_.push_back(value);
    return "$" + std::to_string(values_.size());
  }

  std::string text_;
  std::vector<storage::Value> values_;
};

std::string key_of(const Record& product, const SortSql& sort) {
  return sort.field == product::kName ? product.text(sort.field)
                                      : std::to_string(product.integer(sort.field));
}

bool is_one_of(std::string_view text, std::span<const std::string_view> values) {
  return std::find(values.begin(), values.end(), text) != values.end();
}

Problem bad_query(std::string detail) { return {400, "bad_query", std::move(detail)}; }

/// Nothing if `who` may ask this.
std::optional<Problem> check_query(const auth::Principal& who, const ProductQuery& query) {
  if (query.text.size() > kSearchBytesMax) return bad_query("Give a shorter q.");
  for (const std::string* text : {&query.text, &query.shop_id, &query.category}) {
    if (has_control_characters(*text)) return bad_query("Leave out control characters.");
  }
  if (query.sort == ProductSort::kRelevance && query.text.empty()) {
    return bad_query("Say what is looked for by q to sort by relevance.");
  }
  if (query.status.empty()) return std::nullopt;
  if (!is_one_of(query.status, schema::kProductStatuses)) return bad_query("Unknown status.");
  if (is_one_of(query.status, schema::kPublicProductStatuses)) return std::nullopt;
  if (auth::may_manage(who, query.shop_id)) return std::nullopt;
  return forbidden("Only the people of a shop see its products of this status: give their shop.");
}

void filter(ListSql& sql, const auth::Principal& who, const ProductQuery& query) {
  if (!query.shop_id.empty()) sql.where("shop_id = ?", std::string_view(query.shop_id));
  if (!query.status.empty()) {
    sql.where("status = ?", std::string_view(query.status));
  } else if (query.shop_id.empty() || !auth::may_manage(who, query.shop_id)) {
    sql.where_public();
  }
  if (!query.category.empty()) sql.where("category = ?", std::string_view(query.category));
}

/// Where a page begins: the sort's name, and behind it the key of the last product before, or how
/// many products of a list by relevance came before. Empty for the first page.
Outcome<CursorParts> start_of_page(const ProductQuery& query, const SortSql& sort) {
  if (query.page.cursor.empty()) return CursorParts{};
  const std::size_t parts_count = sort.sort == ProductSort::kRelevance ? 2 : 3;
  auto parts = parse_cursor(query.page.cursor, parts_count);
  if (!parts) return parts.error();
  // A cursor of another order would be a place in another list.
  if ((*parts)[0] != sort.name) return bad_cursor();
  if (sort.field != product::kName) {
    const auto number = cursor_integer((*parts)[1]);
    if (!number) return bad_cursor();
    if (sort.sort == ProductSort::kRelevance &&
        (*number < 0 || *number > limits::kRelevantItemsMax)) {
      return bad_cursor();
    }
  }
  return parts;
}

/// Runs `sql`, which asks for one product more than `limit`; `cursor_after(last)` is what the page
/// ends with if there is one.
template <class CursorAfter>
Page read_page(storage::Queries& queries, const ListSql& sql, std::int64_t limit,
               const CursorAfter& cursor_after) {
  Page page;
  CursorParts last;
  queries.query(sql.text(), sql.values(), [&](const storage::Row& row) {
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.next_cursor = make_cursor(last);
      return;
    }
    const Record product = read_row(Kind::kProduct, row);
    last = cursor_after(product);
    page.items.push_back(image_of(product));
  });
  return page;
}

/// What fits best, up to limits::kRelevantItemsMax. A rank is no key that a page could go on from:
/// it moves with every product that comes or goes. So pages count, and one that is read while
/// products change may repeat or miss some.
Page list_by_relevance(storage::Queries& queries, const auth::Principal& who,
                       const ProductQuery& query, std::string_view words,
                       const CursorParts& start) {
  const std::int64_t skip = start.empty() ? 0 : cursor_integer(start[1]).value_or(0);
  const std::int64_t left = limits::kRelevantItemsMax - skip;
  const std::int64_t limit = std::min(page_limit(query.page), left);
  const SearchSql& search = search_sql(queries.engine());
  ListSql sql(search, words);
  filter(sql, who, query);
  // Nothing comes after the last of them, so nothing more is asked for there.
  sql.order(search, skip, limit == left ? limit : limit + 1);
  std::int64_t seen = skip;
  return read_page(queries, sql, limit, [&](const Record&) {
    return CursorParts{"relevance", std::to_string(++seen)};
  });
}

Page list_by_field(storage::Queries& queries, const auth::Principal& who, const ProductQuery& query,
                   const std::optional<std::string>& words, const CursorParts& start) {
  const SortSql& sort = sql_of(query.sort);
  const std::int64_t limit = page_limit(query.page);
  ListSql sql;
  filter(sql, who, query);
  if (words) sql.where(search_sql(queries.engine()).matches, std::string_view(*words));
  if (!start.empty()) {
    if (sort.field == product::kName) {
      sql.after(sort, std::string_view(start[1]), start[2]);
    } else {
      sql.after(sort, cursor_integer(start[1]).value_or(0), start[2]);
    }
  }
  sql.order(sort, limit + 1);
  return read_page(queries, sql, limit, [&](const Record& product) {
    return CursorParts{std::string(sort.name), key_of(product, sort), product.id()};
  });
}

}  // namespace

std::optional<ProductSort> parse_product_sort(std::string_view text) {
  for (const SortSql& sort : kSorts) {
    if (sort.name == text) return sort.sort;
  }
  return std::nullopt;
}

Outcome<Page> list_products(storage::Queries& queries, const auth::Principal& who,
                            const ProductQuery& query) {
  if (auto problem = check_query(who, query)) return *std::move(problem);
  const auto start = start_of_page(query, sql_of(query.sort));
  if (!start) return start.error();
  std::optional<std::string> words;
  if (!query.text.empty()) {
    words = search_words(queries.engine(), query.text);
    // Nothing but punctuation is in no product.
    if (!words) return Page{};
  }
  if (query.sort == ProductSort::kRelevance) {
    return list_by_relevance(queries, who, query, *words, *start);
  }
  return list_by_field(queries, who, query, words, *start);
}

}  // namespace tillcast::commerce
