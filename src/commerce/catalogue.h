// Products: what the shops' people write and what everybody reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/page.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// `values` from validate(Kind::kProduct, …, BodyMode::kCreate, Writers::kShop). Members alone. A
/// first stock gets its stock entry. 404, 403 `forbidden`, 409 `sku_taken`.
Outcome<RecordImage> create_product(const Context& context, std::string_view shop_id,
                                    const Values& values);

/// `values` from validate(Kind::kProduct, …, BodyMode::kPatch, Writers::kShop). A new stock gets
/// its stock entry, and a notification if it falls below the threshold. 404, 403, 409 `sku_taken`,
/// 412 `version_conflict`.
Outcome<RecordImage> patch_product(const Context& context, std::string_view product_id,
                                   const Values& values, std::optional<std::int64_t> if_match);

/// Removes the product and its reviews; its stock entries stay. Answers with what was there. 404,
/// 403, 409 `too_many_reviews` (archive it instead), 412.
Outcome<RecordImage> delete_product(const Context& context, std::string_view product_id,
                                    std::optional<std::int64_t> if_match);

/// 404 for what `who` may not see.
Outcome<RecordImage> get_product(storage::Queries& queries, const auth::Principal& who,
                                 std::string_view product_id);

/// `-price` and `rating` fall, the others rise; `newest` is the latest first. `relevance` is what
/// fits a search best, and gives no more than limits::kRelevantItemsMax in all.
enum class ProductSort : std::uint8_t {
  kNewest,
  kPrice,
  kPriceFalling,
  kName,
  kRating,
  kRelevance
};
/// Nothing for a text that is none of newest, price, -price, name, rating, relevance.
std::optional<ProductSort> parse_product_sort(std::string_view text);

struct ProductQuery {
  /// Empty for no filter.
  std::string shop_id{};
  /// Words that must all be there, each whole or as a beginning (search.h).
  std::string text{};
  std::string category{};
  std::string status{};
  ProductSort sort = ProductSort::kNewest;
  PageRequest page{};
};
/// Bytes of ProductQuery::text.
inline constexpr std::size_t kSearchBytesMax = 200;

/// Public products; in a shop that `who` manages, all of it. By a field, pages go on by its value,
/// so that they stay right while rows change. 400 `bad_cursor`, `bad_query`; 403 for
/// a status that is not public in a shop that is not theirs.
Outcome<Page> list_products(storage::Queries& queries, const auth::Principal& who,
                            const ProductQuery& query);

}  // namespace tillcast::commerce
