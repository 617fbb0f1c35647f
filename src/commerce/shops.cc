#include "commerce/shops.h"

#include <array>
#include <boost/json/object.hpp>

#include "commerce/accounts.h"
#include "commerce/body_fields.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/members.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/text_format.h"
#include "commerce/validate.h"
#include "commerce/versions.h"

namespace tillcast::commerce {
namespace {

constexpr std::string_view kDefaultCurrency = "EUR";

bool slug_is_taken(storage::Queries& queries, std::string_view slug) {
  bool taken = false;
  queries.query("SELECT 1 FROM shops WHERE slug = $1", {slug},
                [&](const storage::Row&) { taken = true; });
  return taken;
}

Problem slug_taken() {
  return conflict("slug_taken", "Another shop has this slug: choose another one.");
}

/// Owning a shop makes a customer a seller; an admin stays one.
void make_seller(const Context& context, RecordWriter& writer) {
  auto account = read_record(context.transaction, Kind::kUser, context.who.user_id);
  if (!account || account->text(user::kRole) != "customer") return;
  writer.update(*account, {{user::kRole, std::string("seller")}});
}

}  // namespace

Outcome<RecordImage> create_shop(const Context& context, const Values& values) {
  if (!context.who.signed_in()) return unauthenticated();
  Record shop(Kind::kShop);
  shop.set(values);
  const std::string id = context.ids.next(context.now_ms);
  if (!shop.has(shop::kSlug)) {
    // Two shops may have one name: who asked for no slug is refused none.
    const std::string slug = slug_of(shop.text(shop::kName)).substr(0, 40);
    const bool fits = has_format(slug, TextFormat::kSlug) && slug.size() > 1;
    shop.set(shop::kSlug, fits && !slug_is_taken(context.transaction, slug) ? slug : id);
  } else if (slug_is_taken(context.transaction, shop.text(shop::kSlug))) {
    return slug_taken();
  }
  if (!shop.has(shop::kCurrency)) shop.set(shop::kCurrency, std::string(kDefaultCurrency));
  shop.set(kId, id);
  shop.set(shop::kOwnerId, context.who.user_id);
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  RecordImage image = writer.insert(shop);
  insert_member(writer, context.ids.next(context.now_ms), id, context.who.user_id, true);
  make_seller(context, writer);
  return image;
}

Outcome<RecordImage> patch_shop(const Context& context, std::string_view shop_id,
                                const Values& values, std::optional<std::int64_t> if_match) {
  auto shop = read_record(context.transaction, Kind::kShop, shop_id);
  if (!shop) return not_found("shop");
  if (!auth::may_manage(context.who, shop_id)) {
    return forbidden("Only the people of this shop may change it.");
  }
  if (auto problem = check_version(*shop, context.who, if_match)) return *std::move(problem);
  const std::string_view slug = text_of(values, shop::kSlug);
  if (!slug.empty() && slug != shop->text(shop::kSlug) &&
      slug_is_taken(context.transaction, slug)) {
    return slug_taken();
  }
  return RecordWriter(context.transaction, context.now_ms, context.who.user_id)
      .update(*shop, values);
}

Outcome<RecordImage> get_shop(storage::Queries& queries, std::string_view shop_id) {
  const auto shop = read_record(queries, Kind::kShop, shop_id);
  if (!shop) return not_found("shop");
  return image_of(*shop);
}

Outcome<Page> list_shops(storage::Queries& queries, const PageRequest& request) {
  const std::int64_t limit = page_limit(request);
  // Before the first: no name is empty.
  CursorParts after = {"", ""};
  if (!request.cursor.empty()) {
    auto parts = parse_cursor(request.cursor, 2);
    if (!parts) return parts.error();
    after = *std::move(parts);
  }
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kShop)) +
                                  " FROM shops WHERE (name, id) > ($1, $2) ORDER BY name, id "
                                  "LIMIT $3";
  Page page;
  // The statement looks into `after` while it runs, so the place of the page's end is another one.
  CursorParts last;
  queries.query(kSql, {std::string_view(after[0]), std::string_view(after[1]), limit + 1},
                [&](const storage::Row& row) {
                  const Record shop = read_row(Kind::kShop, row);
                  if (page.items.size() == static_cast<std::size_t>(limit)) {
                    page.next_cursor = make_cursor(last);
                    return;
                  }
                  last = {shop.text(shop::kName), shop.id()};
                  page.items.push_back(image_of(shop));
                });
  return page;
}

}  // namespace tillcast::commerce
