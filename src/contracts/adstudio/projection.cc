#include "contracts/adstudio/projection.h"

#include "contracts/adstudio/shapes.h"

namespace tillcast::contracts::adstudio_unit {

namespace {

using auth::RoomKind;
using storage::Change;
using storage::Op;

/// What changed alone, and nothing of what the studio does not show, such as stock.
void tell_changes(std::string_view event, const std::string& changes, Telling& telling) {
  if (!changes.empty()) telling.event(event, changes);
}

void tell_product(const Change& change, Telling& telling) {
  switch (change.op) {
    case Op::kCreated:
      return telling.event("product:created", product_json(Image(change)));
    case Op::kUpdated:
      return tell_changes("product:updated", product_changes_json(change), telling);
    case Op::kDeleted:
      return telling.event("product:deleted", product_id_json(Image(change)));
  }
}

}  // namespace

void Projection::tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const {
  for (const Change* const change : changes) {
    if (room.kind == RoomKind::kUser) {
      if (change->kind != "user" || change->op != Op::kUpdated) continue;
      tell_changes("user:updated", user_changes_json(*change), telling);
    } else if (change->kind == "product") {
      tell_product(*change, telling);
    } else if (change->kind == "shop" && change->op == Op::kCreated) {
      telling.event("business:created", business_json(Image(*change)));
    }
  }
}

}  // namespace tillcast::contracts::adstudio_unit
