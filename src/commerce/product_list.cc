// list_products(): the one read of the catalogue with filters, sorts and pages.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "commerce/catalogue.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/schema_table.h"

namespace tillcast::commerce {
namespace {

/// How one order of the list is told to SQL. The id follows in the same direction, so that no two
/// products have the same key.
struct SortSql {
  ProductSort sort;
  std::string_view name;
  FieldIndex field;
  bool falling;
};

constexpr std::array<SortSql, 5> kSorts = {{
    {ProductSort::kNewest, "newest", kCreatedAt, true},
    {ProductSort::kPrice, "price", product::kPriceMinor, false},
    {ProductSort::kPriceFalling, "-price", product::kPriceMinor, true},
    {ProductSort::kName, "name", product::kName, false},
    {ProductSort::kRating, "rating", product::kRatingAvg, true},
}};

const SortSql& sql_of(ProductSort sort) {
  return *std::find_if(kSorts.begin(), kSorts.end(),
                       [sort](const SortSql& each) { return each.sort == sort; });
}

/// A SELECT that grows by conditions. Its text depends only on which filters there are, so that
/// there are few texts to prepare.
class ListSql {
 public:
  ListSql()
      : text_("SELECT " + std::string(columns_of(Kind::kProduct)) + " FROM products WHERE 1 = 1") {}

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
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::span<const storage::Value> values() const { return values_; }

 private:
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

/// A LIKE pattern that finds `text` anywhere.
std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

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
  if (query.status.empty()) return std::nullopt;
  if (!is_one_of(query.status, schema::kProductStatuses)) return bad_query("Unknown status.");
  if (is_one_of(query.status, schema::kPublicProductStatuses)) return std::nullopt;
  if (auth::may_manage(who, query.shop_id)) return std::nullopt;
  return forbidden("Only the people of a shop see its products of this status: give their shop.");
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
  const SortSql& sort = sql_of(query.sort);
  const std::int64_t limit = page_limit(query.page);
  const std::string pattern = like_pattern(query.text);
  CursorParts after;
  ListSql sql;
  if (!query.shop_id.empty()) sql.where("shop_id = ?", std::string_view(query.shop_id));
  if (!query.status.empty()) {
    sql.where("status = ?", std::string_view(query.status));
  } else if (query.shop_id.empty() || !auth::may_manage(who, query.shop_id)) {
    sql.where_public();
  }
  if (!query.category.empty()) sql.where("category = ?", std::string_view(query.category));
  if (!query.text.empty()) {
    sql.where("lower(name || ' ' || coalesce(description, '')) LIKE lower(?) ESCAPE '\\'",
              std::string_view(pattern));
  }
  if (!query.page.cursor.empty()) {
    auto parts = parse_cursor(query.page.cursor, 3);
    if (!parts) return parts.error();
    after = *std::move(parts);
    // A cursor of another order would be a place in another list.
    if (after[0] != sort.name) return bad_cursor();
    const auto number = cursor_integer(after[1]);
    if (sort.field == product::kName) {
      sql.after(sort, std::string_view(after[1]), after[2]);
    } else if (number) {
      sql.after(sort, *number, after[2]);
    } else {
      return bad_cursor();
    }
  }
  sql.order(sort, limit + 1);

  Page page;
  // The statement looks into `after` while it runs, so the place of the page's end is another one.
  CursorParts last;
  queries.query(sql.text(), sql.values(), [&](const storage::Row& row) {
    const Record product = read_row(Kind::kProduct, row);
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.next_cursor = make_cursor(last);
      return;
    }
    last = {std::string(sort.name), key_of(product, sort), product.id()};
    page.items.push_back(image_of(product));
  });
  return page;
}

}  // namespace tillcast::commerce
