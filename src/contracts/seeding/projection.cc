#include "contracts/seeding/projection.h"

#include "commerce/json_text.h"
#include "contracts/seeding/shapes.h"

namespace tillcast::contracts::seeding_unit {

namespace {

void updated(Telling& telling, std::string_view type, std::int64_t count, std::int64_t at_ms) {
  if (count == 0) return;
  commerce::JsonObject message = server_message(type, at_ms);
  message.integer("count", count);
  telling.message(message.finish());
}

}  // namespace

/// A desk adds to the shop's public room what nobody else may see.
void Projection::tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const {
  const bool is_desk = room.kind == auth::RoomKind::kDesk;
  std::int64_t products = 0;
  std::int64_t reviews = 0;
  for (const storage::Change* const change : changes) {
    if (is_desk && (change->public_before || change->public_after)) continue;
    if (change->kind == "product") ++products;
    if (change->kind == "review") ++reviews;
  }
  const std::int64_t at_ms = changes.back()->at_ms;
  updated(telling, "products_updated", products, at_ms);
  updated(telling, "reviews_updated", reviews, at_ms);
}

void Projection::tell_bulk(const auth::RoomName& room, const storage::Change& bulk,
                           Telling& telling) const {
  if (room.kind == auth::RoomKind::kDesk) return;
  const std::int64_t rows = Image(bulk).integer("rows");
  updated(telling, "products_updated", rows, bulk.at_ms);
  updated(telling, "reviews_updated", rows, bulk.at_ms);
}

std::string_view Projection::source() const { return kSource; }

}  // namespace tillcast::contracts::seeding_unit
