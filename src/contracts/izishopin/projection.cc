#include "contracts/izishopin/projection.h"

#include <algorithm>

#include "commerce/json_text.h"
#include "commerce/time_text.h"
#include "contracts/dialect/bodies.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using auth::RoomKind;
using commerce::JsonObject;
using storage::Change;
using storage::Op;

bool is_desk(const auth::RoomName& room) {
  return room.kind == RoomKind::kDesk || room.kind == RoomKind::kAdmin;
}

/// The shop's total as it is after the transaction, which tells it last; null if it does not.
const Change* total_of(feed::RoomSlice changes, std::string_view shop_id) {
  const Change* total = nullptr;
  for (const Change* const change : changes) {
    const bool is_total = change->kind == "stats" && change->shop_id == shop_id &&
                          Image(*change).text("day") == "total";
    if (is_total) total = change;
  }
  return total;
}

std::string_view action_of(Op op) {
  if (op == Op::kCreated) return "created";
  return op == Op::kDeleted ? "deleted" : "updated";
}

void tell_product(const auth::RoomName& room, const Change& change, feed::RoomSlice changes,
                  Telling& telling) {
  JsonObject message;
  message.text("type", "product_update")
      .text("action", action_of(is_desk(room) ? change.op : public_op(change)))
      .raw("product", product_json(Image(change)));
  if (!is_desk(room)) return telling.message(message.finish());
  const Change* const total = total_of(changes, change.shop_id);
  message.raw("stats", total == nullptr ? "null" : stats_json(Image(*total), change.at_ms));
  telling.message(message.finish(), {room_without("products")});
}

void tell_order(const auth::RoomName& room, const Change& change, feed::RoomSlice changes,
                Telling& telling) {
  const bool moved = change.op == Op::kUpdated && has_changed(change, "status");
  JsonObject message;
  message.text("type", "order_update")
      .text("action", moved ? "status_changed" : action_of(change.op))
      .raw("order", order_json(Image(change)));
  std::vector<std::string> unless_in = {room_without("orders")};
  if (is_desk(room)) {
    if (const Change* const total = total_of(changes, change.shop_id)) {
      const Image figures(*total);
      message.integer("total_orders", figures.integer("orders"))
          .raw("monthly_revenue", decimal(monthly_revenue_minor(figures, change.at_ms)));
    }
  } else {
    // Who also works in the shop is told it there, with the figures.
    unless_in.push_back(auth::RoomName{RoomKind::kDesk, change.shop_id}.to_string());
    unless_in.push_back(auth::RoomName{RoomKind::kAdmin, {}}.to_string());
  }
  telling.message(message.finish(), std::move(unless_in));
}

/// The figures that a dashboard shows, if any of them moved, and what is new to be noticed.
void tell_dashboard(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) {
  std::string notices = "[";
  const Change* total = nullptr;
  for (const Change* const change : changes) {
    if (change->kind == "notification" && change->op == Op::kCreated) {
      if (notices.size() > 1) notices += ',';
      notices += notification_json(Image(*change));
    } else if (is_desk(room) && change->kind == "stats") {
      // A day's figures may be those of another shop, whose total is not told here.
      if (const Change* const told = total_of(changes, change->shop_id)) total = told;
    }
  }
  notices += ']';
  const bool moved = total != nullptr && total->changed != "updated_at";
  const std::string at = commerce::rfc3339(changes.back()->at_ms);
  const std::string only_notices = JsonObject()
                                       .text("type", "dashboard_update")
                                       .raw("notifications", notices)
                                       .text("timestamp", at)
                                       .finish();
  if (notices != "[]") {
    telling.message(only_notices, {room_without("notifications"), room_with("dashboard")});
  }
  if (!is_desk(room)) {
    if (notices != "[]") telling.message(only_notices, {room_without("dashboard")});
    return;
  }
  if (total == nullptr || (!moved && notices == "[]")) return;
  telling.message(JsonObject()
                      .text("type", "dashboard_update")
                      .raw("shop_stats", stats_json(Image(*total), total->at_ms))
                      .raw("notifications", notices)
                      .text("timestamp", at)
                      .finish(),
                  {room_without("dashboard")});
}

}  // namespace

std::string room_with(std::string_view topic) { return "with:" + std::string(topic); }
std::string room_without(std::string_view topic) { return "without:" + std::string(topic); }

void Projection::tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const {
  for (const Change* const change : changes) {
    if (change->kind == "order") tell_order(room, *change, changes, telling);
  }
  for (const Change* const change : changes) {
    if (change->kind == "product") tell_product(room, *change, changes, telling);
  }
  if (is_desk(room) || room.kind == RoomKind::kUser) tell_dashboard(room, changes, telling);
}

}  // namespace tillcast::contracts::izishopin_unit
