// Reads of orders: one by its id, and the lists of a buyer and of a shop.
#include <algorithm>
#include <array>

#include "auth/policy.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/orders.h"
#include "commerce/problems.h"
#include "commerce/render.h"
#include "commerce/schema_table.h"

namespace tillcast::commerce {
namespace {

/// A list's SQL: $1 is whose, $2 and $3 the key of the last record before, $4 the limit, $5 the
/// status if there is one.
struct ListSql {
  std::string all;
  std::string with_status;
};

ListSql make_sql(std::string_view condition, std::string_view order) {
  const std::string head =
      "SELECT " + std::string(columns_of(Kind::kOrder)) + " FROM orders WHERE ";
  const std::string tail = " ORDER BY " + std::string(order) + " LIMIT $4";
  return {head + std::string(condition) + tail,
          head + std::string(condition) + " AND status = $5" + tail};
}

}  // namespace

Outcome<RecordImage> get_order(storage::Queries& queries, const auth::Principal& who,
                               std::string_view order_id) {
  const auto order = read_record(queries, Kind::kOrder, order_id);
  if (!order) return not_found("order");
  RecordImage image = image_of(*order);
  if (!viewer_for(who, image)) return not_found("order");
  return image;
}

Outcome<Page> list_orders(storage::Queries& queries, const auth::Principal& who,
                          const OrderQuery& query) {
  if (!who.signed_in()) return unauthenticated();
  if (!query.shop_id.empty() && !auth::may_manage(who, query.shop_id)) {
    return forbidden("Only the people of this shop may list its orders.");
  }
  const auto& statuses = schema::kOrderStatuses;
  if (!query.status.empty() &&
      std::find(std::begin(statuses), std::end(statuses), query.status) == std::end(statuses)) {
    return Problem{400, "bad_query", "Unknown status."};
  }
  const bool of_shop = !query.shop_id.empty();
  // In a shop the numbers count up with time; a buyer's orders come from several shops.
  const FieldIndex key = of_shop ? order::kNumber : kCreatedAt;
  CursorParts after = {std::to_string(INT64_MAX), ""};
  if (!query.page.cursor.empty()) {
    auto parts = parse_cursor(query.page.cursor, 2);
    if (!parts) return parts.error();
    after = *std::move(parts);
  }
  const auto before = cursor_integer(after[0]);
  if (!before) return bad_cursor();

  static const ListSql kOfShop =
      make_sql("shop_id = $1 AND (number, id) < ($2, $3)", "number DESC, id DESC");
  static const ListSql kOfBuyer =
      make_sql("customer_id = $1 AND (created_at, id) < ($2, $3)", "created_at DESC, id DESC");
  const ListSql& sql = of_shop ? kOfShop : kOfBuyer;
  const std::int64_t limit = page_limit(query.page);
  const std::array<storage::Value, 5> values = {
      std::string_view(of_shop ? query.shop_id : who.user_id), *before, std::string_view(after[1]),
      limit + 1, std::string_view(query.status)};

  Page page;
  CursorParts last;
  queries.query(query.status.empty() ? sql.all : sql.with_status,
                std::span(values).first(query.status.empty() ? 4 : 5),
                [&](const storage::Row& row) {
                  const Record order = read_row(Kind::kOrder, row);
                  if (page.items.size() == static_cast<std::size_t>(limit)) {
                    page.next_cursor = make_cursor(last);
                    return;
                  }
                  last = {std::to_string(order.integer(key)), order.id()};
                  page.items.push_back(image_of(order));
                });
  return page;
}

}  // namespace tillcast::commerce
