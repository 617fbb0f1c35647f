#include "commerce/notifications.h"

#include <algorithm>

#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/render.h"
#include "commerce/versions.h"

namespace tillcast::commerce {
namespace {

/// Whom a notification is for: one of the two is empty.
struct Recipient {
  std::string user_id{};
  std::string shop_id{};
};

void notify(RecordWriter& writer, std::string id, Recipient to, std::string_view type,
            std::string message, std::string data) {
  Record notification(Kind::kNotification);
  notification.set(kId, std::move(id));
  if (!to.user_id.empty()) notification.set(notification::kUserId, std::move(to.user_id));
  if (!to.shop_id.empty()) notification.set(notification::kShopId, std::move(to.shop_id));
  notification.set(notification::kType, std::string(type));
  notification.set(notification::kMessage, std::move(message));
  notification.set(notification::kData, std::move(data));
  notification.set(notification::kRead, std::int64_t{0});
  writer.insert(notification);
}

/// The latest notifications of one recipient after `cursor`, at most `limit`.
void read_of(storage::Queries& queries, std::string_view column, std::string_view id,
             const CursorParts& cursor, std::int64_t created_before, std::int64_t limit,
             std::vector<Record>& found) {
  const std::string sql = "SELECT " + std::string(columns_of(Kind::kNotification)) +
                          " FROM notifications WHERE " + std::string(column) +
                          " = $1 AND (created_at, id) < ($2, $3) "
                          "ORDER BY created_at DESC, id DESC LIMIT $4";
  queries.query(
      sql, {id, created_before, std::string_view(cursor[1]), limit},
      [&](const storage::Row& row) { found.push_back(read_row(Kind::kNotification, row)); });
}

}  // namespace

Outcome<Page> list_notifications(storage::Queries& queries, const auth::Principal& who,
                                 const PageRequest& request) {
  if (!who.signed_in()) return unauthenticated();
  const std::int64_t limit = page_limit(request);
  // Before the latest: no time is that late.
  CursorParts after = {std::to_string(INT64_MAX), ""};
  if (!request.cursor.empty()) {
    auto parts = parse_cursor(request.cursor, 2);
    if (!parts) return parts.error();
    after = *std::move(parts);
  }
  const auto before = cursor_integer(after[0]);
  if (!before) return bad_cursor();

  // Each source gives at most a page, so the newest of all are among them.
  std::vector<Record> found;
  read_of(queries, "user_id", who.user_id, after, *before, limit + 1, found);
  for (const auth::Membership& membership : who.shops) {
    read_of(queries, "shop_id", membership.shop_id, after, *before, limit + 1, found);
  }
  std::sort(found.begin(), found.end(), [](const Record& a, const Record& b) {
    return std::pair(a.integer(kCreatedAt), a.id()) > std::pair(b.integer(kCreatedAt), b.id());
  });
  Page page;
  for (const Record& record : found) {
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.next_cursor = make_cursor(after);
      break;
    }
    after = {std::to_string(record.integer(kCreatedAt)), record.id()};
    page.items.push_back(image_of(record));
  }
  return page;
}

Outcome<RecordImage> patch_notification(const Context& context, std::string_view id,
                                        const Values& values,
                                        std::optional<std::int64_t> if_match) {
  if (!context.who.signed_in()) return unauthenticated();
  auto notification = read_record(context.transaction, Kind::kNotification, id);
  if (!notification || !viewer_for(context.who, image_of(*notification))) {
    return not_found("notification");
  }
  if (auto problem = check_version(*notification, context.who, if_match)) {
    return *std::move(problem);
  }
  return RecordWriter(context.transaction, context.now_ms, context.who.user_id)
      .update(*notification, values);
}

void notify_low_stock(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                      const Record& product, std::int64_t stock_before,
                      std::int64_t threshold_before) {
  const std::int64_t stock = product.integer(product::kStock);
  const std::int64_t threshold = product.integer(product::kLowStockThreshold);
  if (stock >= threshold || stock_before < threshold_before) return;
  const std::string& name = product.text(product::kName);
  notify(writer, ids.next(now_ms), {.shop_id = product.text(product::kShopId)}, "low_stock",
         "Only " + std::to_string(stock) + " left of " + name,
         JsonObject()
             .text("product_id", product.id())
             .text("product_name", name)
             .integer("current_stock", stock)
             .integer("threshold", threshold)
             .finish());
}

void notify_new_order(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                      const Record& order) {
  const std::string number = std::to_string(order.integer(order::kNumber));
  notify(writer, ids.next(now_ms), {.shop_id = order.text(order::kShopId)}, "new_order",
         "New order " + number,
         JsonObject()
             .text("order_id", order.id())
             .integer("number", order.integer(order::kNumber))
             .integer("total_minor", order.integer(order::kTotalMinor))
             .finish());
}

void notify_order_status(RecordWriter& writer, IdSource& ids, std::int64_t now_ms,
                         const Record& order) {
  const std::string& status = order.text(order::kStatus);
  notify(writer, ids.next(now_ms), {.user_id = order.text(order::kCustomerId)}, "order_status",
         "Your order " + std::to_string(order.integer(order::kNumber)) + " is " + status,
         JsonObject()
             .text("order_id", order.id())
             .integer("number", order.integer(order::kNumber))
             .text("status", status)
             .finish());
}

}  // namespace tillcast::commerce
