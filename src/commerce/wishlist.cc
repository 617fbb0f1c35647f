#include "commerce/wishlist.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "commerce/catalogue.h"
#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/records.h"

namespace tillcast::commerce {
namespace {

using ProductIds = std::vector<std::string>;

std::string items_json(const ProductIds& products) {
  std::string json = "[";
  for (const std::string& product : products) {
    if (json.size() > 1) json += ',';
    json += JsonObject().text("product_id", product).finish();
  }
  return json += ']';
}

/// Trusts what items_json() wrote.
ProductIds products_of(const Record& wishlist) {
  ProductIds products;
  const boost::json::value items = boost::json::parse(wishlist.text(wishlist::kItems));
  for (const auto& item : items.as_array()) {
    products.emplace_back(item.as_object().at("product_id").as_string());
  }
  return products;
}

bool contains(const ProductIds& products, std::string_view product_id) {
  return std::find(products.begin(), products.end(), product_id) != products.end();
}

/// What an account has before it wishes for anything.
Record empty_wishlist(const Record& account) {
  Record wishlist(Kind::kWishlist);
  wishlist.set(kId, account.id());
  wishlist.set(kVersion, std::int64_t{0});
  wishlist.set(kCreatedAt, account.integer(kCreatedAt));
  wishlist.set(kUpdatedAt, account.integer(kCreatedAt));
  wishlist.set(wishlist::kUserId, account.id());
  wishlist.set(wishlist::kItems, std::string("[]"));
  return wishlist;
}

/// Nothing if there is no such account.
std::optional<Record> wishlist_of(storage::Queries& queries, std::string_view user_id) {
  if (auto wishlist = read_record(queries, Kind::kWishlist, user_id)) return wishlist;
  const auto account = read_record(queries, Kind::kUser, user_id);
  if (!account) return std::nullopt;
  return empty_wishlist(*account);
}

Outcome<Record> own_wishlist(storage::Queries& queries, const auth::Principal& who) {
  if (!who.signed_in()) return unauthenticated();
  auto wishlist = wishlist_of(queries, who.user_id);
  if (!wishlist) return unauthenticated();
  return *std::move(wishlist);
}

RecordImage write(const Context& context, Record& wishlist, const ProductIds& products) {
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  if (wishlist.version() > 0) {
    return writer.update(wishlist, {{wishlist::kItems, items_json(products)}});
  }
  if (products.empty()) return image_of(wishlist);
  Record first(Kind::kWishlist);
  first.set(kId, wishlist.id());
  first.set(wishlist::kUserId, wishlist.id());
  first.set(wishlist::kItems, items_json(products));
  return writer.insert(first);
}

}  // namespace

Outcome<RecordImage> get_wishlist(storage::Queries& queries, const auth::Principal& who) {
  const auto wishlist = own_wishlist(queries, who);
  if (!wishlist) return wishlist.error();
  return image_of(*wishlist);
}

Outcome<RecordImage> get_wished_product(storage::Queries& queries, const auth::Principal& who,
                                        std::string_view product_id) {
  const auto wishlist = own_wishlist(queries, who);
  if (!wishlist) return wishlist.error();
  if (!contains(products_of(*wishlist), product_id)) return not_found("wish");
  return get_product(queries, who, product_id);
}

Outcome<RecordImage> add_to_wishlist(const Context& context, std::string_view product_id) {
  auto found = own_wishlist(context.transaction, context.who);
  if (!found) return found.error();
  Record wishlist = *std::move(found);
  ProductIds products = products_of(wishlist);
  if (contains(products, product_id)) return image_of(wishlist);
  const auto product = read_record(context.transaction, Kind::kProduct, product_id);
  if (!product || !product->is_public()) return unknown_product(product_id);
  if (products.size() >= limits::kWishlistItemsMax) {
    return conflict("wishlist_full", "A wishlist holds " +
                                         std::to_string(limits::kWishlistItemsMax) +
                                         " products: take one off first.");
  }
  products.emplace_back(product_id);
  return write(context, wishlist, products);
}

Outcome<RecordImage> remove_from_wishlist(const Context& context, std::string_view product_id) {
  auto found = own_wishlist(context.transaction, context.who);
  if (!found) return found.error();
  Record wishlist = *std::move(found);
  ProductIds products = products_of(wishlist);
  std::erase(products, product_id);
  return write(context, wishlist, products);
}

}  // namespace tillcast::commerce
