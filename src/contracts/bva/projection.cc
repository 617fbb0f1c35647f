#include "contracts/bva/projection.h"

#include "commerce/json_text.h"
#include "contracts/bva/shapes.h"

namespace tillcast::contracts::bva_unit {

namespace {

using commerce::JsonObject;
using storage::Change;
using storage::Op;

void update(Telling& telling, std::string_view type, std::string_view data_json) {
  telling.event("dashboard_update",
                JsonObject().text("type", type).raw("data", data_json).finish());
}

bool is_new(const Change& change, std::string_view kind) {
  return change.kind == kind && change.op == Op::kCreated;
}

void tell_low_stock(const Change& change, Telling& telling) {
  const Image notification(change);
  if (notification.text("type") != "low_stock") return;
  const Image alert = notification.object("data");
  update(telling, "low_stock",
         JsonObject()
             .text("productId", alert.text("product_id"))
             .text("productName", alert.text("product_name"))
             .integer("currentStock", alert.integer("current_stock"))
             .integer("threshold", alert.integer("threshold"))
             .finish());
}

std::string stock_updates(feed::RoomSlice changes) {
  std::string updates = "[";
  for (const Change* const change : changes) {
    const bool moved =
        change->kind == "product" && change->op == Op::kUpdated && has_changed(*change, "stock");
    if (!moved) continue;
    const Image product(*change);
    if (updates.size() > 1) updates += ',';
    updates += JsonObject()
                   .text("productId", change->id)
                   .text("productName", product.text("name"))
                   .integer("newStock", product.integer("stock"))
                   .finish();
  }
  return updates += ']';
}

}  // namespace

void Projection::tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const {
  if (room.kind != auth::RoomKind::kDesk) return;
  for (const Change* const change : changes) {
    if (is_new(*change, "order")) {
      update(telling, "new_order", order_json(Image(*change), Reader::kSeller));
    }
  }
  for (const Change* const change : changes) {
    if (is_new(*change, "notification")) tell_low_stock(*change, telling);
  }
  const std::string updates = stock_updates(changes);
  if (updates != "[]") {
    update(telling, "inventory_update", JsonObject().raw("updates", updates).finish());
  }
}

}  // namespace tillcast::contracts::bva_unit
