#include "contracts/dialect/projection.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "commerce/bulk.h"
#include "commerce/json_text.h"
#include "contracts/native/projection.h"

namespace tillcast::contracts {

namespace {

/// Rooms of which a client may be in one each.
constexpr std::uint32_t kRoomKinds = 5;

bool is_bulk(const storage::Change* change) { return change->kind == commerce::kBulkKind; }

}  // namespace

void Telling::event(std::string_view name, std::string_view argument_json,
                    std::vector<std::string> unless_in) {
  realtime::Publication publication;
  publication.event_json.append("[\"").append(name).append("\",").append(argument_json).append("]");
  add(std::move(publication), std::move(unless_in));
}

void Telling::message(std::string json) {
  realtime::Publication publication;
  publication.text = std::move(json);
  add(std::move(publication), {});
}

void Telling::add(realtime::Publication publication, std::vector<std::string> unless_in) {
  publication.place = {changes_.front()->txn.get(),
                       count_++ * kRoomKinds + feed::event_index(room_)};
  out_.push_back({changes_.back()->lsn,
                  std::make_shared<const realtime::Publication>(std::move(publication)),
                  std::move(unless_in)});
}

void DialectProjection::project(const auth::RoomName& room, Lsn /*prev*/, feed::RoomSlice changes,
                                std::vector<feed::Message>& out) const {
  Telling telling(room, changes, out);
  if (std::any_of(changes.begin(), changes.end(), is_bulk)) {
    return telling.event("reset", R"({"reason":"bulk"})");
  }
  tell(room, changes, telling);
}

realtime::Publication DialectProjection::reset(const auth::RoomName&,
                                               feed::ResetReason reason) const {
  return native_message("reset",
                        commerce::JsonObject().text("reason", feed::to_string(reason)).finish());
}

realtime::Publication DialectProjection::left(const auth::RoomName&, std::string_view code) const {
  return native_message("left", commerce::JsonObject().text("code", code).finish());
}

realtime::Publication DialectProjection::expiring(std::int64_t in_s) const {
  return native_message("expiring", commerce::JsonObject().integer("in_s", in_s).finish());
}

}  // namespace tillcast::contracts
