#include "contracts/dialect/projection.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "commerce/bulk.h"
#include "commerce/json_text.h"
#include "commerce/time_text.h"
#include "contracts/dialect/bodies.h"
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

void Telling::message(std::string json, std::vector<std::string> unless_in) {
  realtime::Publication publication;
  publication.text = std::move(json);
  add(std::move(publication), std::move(unless_in));
}

void Telling::notice(std::string_view name, std::string_view argument_json) {
  add(native_message(name, argument_json), {});
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
  const auto bulk = std::find_if(changes.begin(), changes.end(), is_bulk);
  if (bulk != changes.end()) return tell_bulk(room, **bulk, telling);
  tell(room, changes, telling);
}

void DialectProjection::tell_bulk(const auth::RoomName&, const storage::Change&,
                                  Telling& telling) const {
  telling.notice("reset", R"({"reason":"bulk"})");
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

realtime::Publication DialectProjection::ended(const Problem& problem, std::int64_t at_ms) const {
  return error(problem.status == 401 ? "session_expired" : problem.code, problem, at_ms);
}

realtime::Publication DialectProjection::refused(const Problem& problem, std::int64_t at_ms) const {
  return error(problem.code, problem, at_ms);
}

realtime::Publication DialectProjection::error(std::string_view code, const Problem& problem,
                                               std::int64_t at_ms) const {
  commerce::JsonObject json;
  json.text("type", "error")
      .text("code", code)
      .text("message", message_of(problem))
      .text("timestamp", commerce::rfc3339(at_ms));
  if (!source().empty()) json.text("source", source());
  return {{}, json.finish()};
}

}  // namespace tillcast::contracts
