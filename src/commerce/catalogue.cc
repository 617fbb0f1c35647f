#include "commerce/catalogue.h"

#include <algorithm>

#include "commerce/fields.h"
#include "commerce/notifications.h"
#include "commerce/problems.h"
#include "commerce/products.h"
#include "commerce/records.h"
#include "commerce/render.h"
#include "commerce/reviews.h"
#include "commerce/stats.h"
#include "commerce/versions.h"

namespace tillcast::commerce {
namespace {

/// Reviews that go with a product in one transaction.
constexpr std::int64_t kReviewsRemovedMax = 1'000;

bool sku_is_taken(storage::Queries& queries, std::string_view shop_id, std::string_view sku) {
  bool taken = false;
  queries.query("SELECT 1 FROM products WHERE shop_id = $1 AND sku = $2", {shop_id, sku},
                [&](const storage::Row&) { taken = true; });
  return taken;
}

Problem sku_taken() {
  return conflict("sku_taken", "Another product of this shop has this sku: choose another one.");
}

/// The product, if the caller may change it in the version that they mean.
Outcome<Record> product_to_change(const Context& context, std::string_view product_id,
                                  std::optional<std::int64_t> if_match) {
  auto product = read_record(context.transaction, Kind::kProduct, product_id);
  if (!product || !viewer_for(context.who, image_of(*product))) return not_found("product");
  if (!auth::may_manage(context.who, product->shop_id())) {
    return forbidden("Only the people of this shop may change its products.");
  }
  if (auto problem = check_version(*product, context.who, if_match)) return *std::move(problem);
  return *std::move(product);
}

void set_default(Record& record, FieldIndex field, FieldValue value) {
  if (!record.has(field)) record.set(field, std::move(value));
}

/// False if there are more than one transaction may remove.
bool remove_reviews(const Context& context, RecordWriter& writer, std::string_view product_id) {
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kReview)) +
                                  " FROM reviews WHERE product_id = $1 ORDER BY created_at, id "
                                  "LIMIT $2";
  std::vector<Record> reviews;
  context.transaction.query(
      kSql, {product_id, kReviewsRemovedMax + 1},
      [&](const storage::Row& row) { reviews.push_back(read_row(Kind::kReview, row)); });
  if (static_cast<std::int64_t>(reviews.size()) > kReviewsRemovedMax) return false;
  for (const Record& review : reviews) writer.remove(review);
  return true;
}

}  // namespace

Outcome<RecordImage> create_product(const Context& context, std::string_view shop_id,
                                    const Values& values) {
  if (!read_record(context.transaction, Kind::kShop, shop_id)) return not_found("shop");
  if (!auth::may_manage(context.who, shop_id)) {
    return forbidden("Only the people of this shop may add products to it.");
  }
  const std::string_view sku = text_of(values, product::kSku);
  if (!sku.empty() && sku_is_taken(context.transaction, shop_id, sku)) return sku_taken();

  Record product(Kind::kProduct);
  product.set(values);
  product.set(kId, context.ids.next(context.now_ms));
  product.set(product::kShopId, std::string(shop_id));
  set_default(product, product::kCostMinor, std::int64_t{0});
  set_default(product, product::kStock, std::int64_t{0});
  set_default(product, product::kLowStockThreshold, limits::kLowStockThresholdDefault);
  set_default(product, product::kStatus, std::string("active"));
  product.set(product::kRatingAvg, std::int64_t{0});
  product.set(product::kRatingCount, std::int64_t{0});
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  RecordImage image = writer.insert(product);
  if (product.integer(product::kStock) > 0) {
    write_stock_entry(writer, context, product,
                      {.delta = product.integer(product::kStock), .reason = StockReason::kInitial});
  }
  count_product(writer, context.transaction, nullptr, &product);
  return image;
}

Outcome<RecordImage> patch_product(const Context& context, std::string_view product_id,
                                   const Values& values, std::optional<std::int64_t> if_match) {
  auto found = product_to_change(context, product_id, if_match);
  if (!found) return found.error();
  Record product = *std::move(found);
  const std::string_view sku = text_of(values, product::kSku);
  if (!sku.empty() && sku != product.text(product::kSku) &&
      sku_is_taken(context.transaction, product.shop_id(), sku)) {
    return sku_taken();
  }
  const Record before = product;
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  RecordImage image = writer.update(product, values);
  if (product.version() == before.version()) return image;
  if (product.is_public() != before.is_public()) move_reviews(writer, context.transaction, product);
  const std::int64_t stock_before = before.integer(product::kStock);
  if (const std::int64_t delta = product.integer(product::kStock) - stock_before; delta != 0) {
    write_stock_entry(writer, context, product,
                      {.delta = delta, .reason = StockReason::kCorrection});
    notify_low_stock(writer, context.ids, context.now_ms, product, stock_before,
                     before.integer(product::kLowStockThreshold));
  }
  count_product(writer, context.transaction, &before, &product);
  return image;
}

Outcome<RecordImage> delete_product(const Context& context, std::string_view product_id,
                                    std::optional<std::int64_t> if_match) {
  const auto product = product_to_change(context, product_id, if_match);
  if (!product) return product.error();
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  if (!remove_reviews(context, writer, product_id)) {
    return conflict("too_many_reviews",
                    "This product has too many reviews to be deleted: set its status to archived.");
  }
  RecordImage image = writer.remove(*product);
  count_product(writer, context.transaction, &*product, nullptr);
  return image;
}

Outcome<RecordImage> get_product(storage::Queries& queries, const auth::Principal& who,
                                 std::string_view product_id) {
  const auto product = read_record(queries, Kind::kProduct, product_id);
  if (!product) return not_found("product");
  RecordImage image = image_of(*product);
  if (!viewer_for(who, image)) return not_found("product");
  return image;
}

}  // namespace tillcast::commerce
