#include "commerce/reviews.h"

#include "auth/policy.h"
#include "base/limits.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/render.h"
#include "commerce/stats.h"

namespace tillcast::commerce {
namespace {

/// Orders keep their items as JSON that this program wrote, so the text of an item's id finds it.
bool has_bought(storage::Queries& queries, std::string_view user_id, std::string_view product_id) {
  std::string pattern = R"(%"product\_id":")";
  for (const char c : product_id) {
    if (c == '_') pattern += '\\';
    pattern += c;
  }
  pattern += "\"%";
  bool bought = false;
  queries.query(
      "SELECT 1 FROM orders WHERE customer_id = $1 AND status <> 'cancelled' "
      "AND items LIKE $2 ESCAPE '\\' LIMIT 1",
      {user_id, std::string_view(pattern)}, [&](const storage::Row&) { bought = true; });
  return bought;
}

bool has_reviewed(storage::Queries& queries, std::string_view user_id,
                  std::string_view product_id) {
  bool reviewed = false;
  queries.query("SELECT 1 FROM reviews WHERE author_id = $1 AND product_id = $2",
                {user_id, product_id}, [&](const storage::Row&) { reviewed = true; });
  return reviewed;
}

/// Makes at most `reviews_max` of the product's reviews as visible as it is; false if more are
/// left.
bool move_some_reviews(RecordWriter& writer, storage::Queries& queries, const Record& product,
                       std::int64_t reviews_max) {
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kReview)) +
                                  " FROM reviews WHERE product_id = $1 AND visibility <> $2 "
                                  "ORDER BY created_at, id LIMIT $3";
  const std::string visibility = visibility_of_reviews(product);
  std::vector<Record> reviews;
  queries.query(kSql,
                {std::string_view(product.id()), std::string_view(visibility), reviews_max + 1},
                [&](const storage::Row& row) { reviews.push_back(read_row(Kind::kReview, row)); });
  const bool all = static_cast<std::int64_t>(reviews.size()) <= reviews_max;
  if (!all) reviews.pop_back();
  for (Record& review : reviews) writer.update(review, {{review::kVisibility, visibility}});
  return all;
}

/// The SQL of list_reviews(), with $1 the product, $2 and $3 the key of the last review before, and
/// $4 the limit.
std::string list_sql(std::string_view condition) {
  return "SELECT " + std::string(columns_of(Kind::kReview)) +
         " FROM reviews WHERE product_id = $1 " + std::string(condition) +
         "AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4";
}

}  // namespace

std::string visibility_of_reviews(const Record& product) {
  return product.is_public() ? "public" : "hidden";
}

void move_reviews(RecordWriter& writer, storage::Transaction& transaction, const Record& product) {
  if (move_some_reviews(writer, transaction, product, limits::kReviewsMovedPerStepMax)) return;
  move_reviews_later(transaction, product);
}

void move_reviews_later(storage::Transaction& transaction, const Record& product) {
  transaction.execute(
      "INSERT INTO review_moves (product_id) VALUES ($1) ON CONFLICT (product_id) DO NOTHING",
      {std::string_view(product.id())});
}

bool move_waiting_reviews(storage::Transaction& transaction, std::int64_t now_ms) {
  std::string product_id;
  transaction.query("SELECT product_id FROM review_moves ORDER BY product_id LIMIT 1", {},
                    [&](const storage::Row& row) { product_id = row.text(0); });
  if (product_id.empty()) return false;
  const auto product = read_record(transaction, Kind::kProduct, product_id);
  RecordWriter writer(transaction, now_ms, {});
  if (!product ||
      move_some_reviews(writer, transaction, *product, limits::kReviewsMovedPerStepMax)) {
    transaction.execute("DELETE FROM review_moves WHERE product_id = $1",
                        {std::string_view(product_id)});
  }
  return true;
}

void update_rating(RecordWriter& writer, storage::Queries& queries, Record& product) {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  queries.query("SELECT count(*), sum(rating) FROM reviews WHERE product_id = $1",
                {std::string_view(product.id())}, [&](const storage::Row& row) {
                  count = row.integer(0);
                  sum = row.integer(1);
                });
  const std::int64_t average = count == 0 ? 0 : (sum * 100 + count / 2) / count;
  writer.update(product, {{product::kRatingAvg, average}, {product::kRatingCount, count}});
}

Outcome<RecordImage> create_review(const Context& context, std::string_view product_id,
                                   const Values& values) {
  if (!context.who.signed_in()) return unauthenticated();
  auto product = read_record(context.transaction, Kind::kProduct, product_id);
  if (!product || !viewer_for(context.who, image_of(*product))) return not_found("product");
  const std::string& author_id = context.who.user_id;
  if (!has_bought(context.transaction, author_id, product_id)) {
    return Problem{403, "not_bought", "Only who has bought this product may review it."};
  }
  if (has_reviewed(context.transaction, author_id, product_id)) {
    return conflict("already_reviewed", "You have reviewed this product already.");
  }
  const auto author = read_record(context.transaction, Kind::kUser, author_id);
  if (!author) return unauthenticated();

  Record review(Kind::kReview);
  review.set(values);
  review.set(kId, context.ids.next(context.now_ms));
  review.set(review::kProductId, product->id());
  review.set(review::kShopId, product->shop_id());
  review.set(review::kAuthorId, author_id);
  review.set(review::kAuthorName, author->text(user::kName));
  review.set(review::kVisibility, visibility_of_reviews(*product));
  RecordWriter writer(context.transaction, context.now_ms, author_id);
  RecordImage image = writer.insert(review);
  update_rating(writer, context.transaction, *product);
  count_goods(writer, context.transaction, product->shop_id(), {});
  return image;
}

Outcome<Page> list_reviews(storage::Queries& queries, const auth::Principal& who,
                           std::string_view product_id, const PageRequest& request) {
  const auto product = read_record(queries, Kind::kProduct, product_id);
  if (!product || !viewer_for(who, image_of(*product))) return not_found("product");
  const std::int64_t limit = page_limit(request);
  CursorParts after = {std::to_string(INT64_MAX), ""};
  if (!request.cursor.empty()) {
    auto parts = parse_cursor(request.cursor, 2);
    if (!parts) return parts.error();
    after = *std::move(parts);
  }
  const auto before = cursor_integer(after[0]);
  if (!before) return bad_cursor();
  static const std::string kAll = list_sql("");
  static const std::string kPublic = list_sql("AND visibility = 'public' ");
  const std::string& sql = auth::may_manage(who, product->shop_id()) ? kAll : kPublic;
  Page page;
  CursorParts last;
  queries.query(sql, {product_id, *before, std::string_view(after[1]), limit + 1},
                [&](const storage::Row& row) {
                  const Record review = read_row(Kind::kReview, row);
                  if (page.items.size() == static_cast<std::size_t>(limit)) {
                    page.next_cursor = make_cursor(last);
                    return;
                  }
                  last = {std::to_string(review.integer(kCreatedAt)), review.id()};
                  page.items.push_back(image_of(review));
                });
  return page;
}

Outcome<Page> list_all_reviews(storage::Queries& queries, const auth::Principal& who,
                               std::string_view shop_id, const PageRequest& request) {
  const std::int64_t limit = page_limit(request);
  CursorParts after = {"~"};  // behind every id
  if (!request.cursor.empty()) {
    auto parts = parse_cursor(request.cursor, 1);
    if (!parts) return parts.error();
    after = *std::move(parts);
  }
  const bool hidden_too = !shop_id.empty() && auth::may_manage(who, shop_id);
  const std::string sql =
      "SELECT " + std::string(columns_of(Kind::kReview)) + " FROM reviews WHERE id < $1 AND " +
      (shop_id.empty() ? "$2 = '' " : "shop_id = $2 ") +
      (hidden_too ? "" : "AND visibility = 'public' ") + "ORDER BY id DESC LIMIT $3";
  Page page;
  const std::string start = after[0];
  queries.query(sql, {std::string_view(start), shop_id, limit + 1}, [&](const storage::Row& row) {
    const Record review = read_row(Kind::kReview, row);
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.next_cursor = make_cursor(after);
      return;
    }
    after = {review.id()};
    page.items.push_back(image_of(review));
  });
  return page;
}

}  // namespace tillcast::commerce
