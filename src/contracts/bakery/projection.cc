#include "contracts/bakery/projection.h"

#include "commerce/json_text.h"
#include "commerce/time_text.h"
#include "contracts/bakery/shapes.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using auth::RoomKind;
using commerce::JsonObject;
using storage::Change;
using storage::Op;

std::string_view product_event(const Change& change) {
  switch (public_op(change)) {
    case Op::kCreated:
      return "product_created";
    case Op::kUpdated:
      return "product_updated";
    case Op::kDeleted:
      return "product_deleted";
  }
  return {};
}

void tell_desk(const Change& change, Telling& telling) {
  const Image order(change);
  if (change.op == Op::kUpdated && has_changed(change, "status")) {
    telling.event("order_status_updated", data_event(change, order_json(order)));
  }
  if (change.op != Op::kCreated) return;
  telling.event("order_created", data_event(change, order_json(order)));
  const std::string from(order.object("customer").text("name"));
  telling.event("admin_notification",
                notice(commerce::rfc3339(change.at_ms), "New order from " + from, "success",
                       JsonObject().text("orderId", change.id).finish()));
}

void tell_buyer(const Change& change, Telling& telling) {
  const std::string at = commerce::rfc3339(change.at_ms);
  if (change.op == Op::kCreated) {
    telling.event("customer_notification",
                  notice(at, "Order received! Waiting for confirmation.", "success"));
  }
  if (change.op != Op::kUpdated || !has_changed(change, "status")) return;
  const Image order(change);
  // Who also works in the shop is told it there.
  telling.event("order_status_updated", data_event(change, order_json(order)),
                {auth::RoomName{RoomKind::kDesk, change.shop_id}.to_string(),
                 auth::RoomName{RoomKind::kAdmin, {}}.to_string()});
  telling.event("customer_notification",
                notice(at, "Status: " + status_name(order.text("status")), "info"));
}

}  // namespace

void Projection::tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const {
  for (const Change* const change : changes) {
    if (room.kind == RoomKind::kMarket && change->kind == "product") {
      telling.event(product_event(*change), data_event(*change, product_json(Image(*change))));
    } else if (change->kind != "order") {
      continue;
    } else if (room.kind == RoomKind::kUser) {
      tell_buyer(*change, telling);
    } else {
      tell_desk(*change, telling);
    }
  }
}

}  // namespace tillcast::contracts::bakery_unit
