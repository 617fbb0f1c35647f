#include "contracts/native/projection.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "commerce/bulk.h"
#include "commerce/json_text.h"
#include "commerce/render.h"
#include "commerce/schema.h"
#include "commerce/time_text.h"

namespace tillcast::contracts {

namespace {

using commerce::JsonObject;
using storage::Change;
using storage::Op;

bool is_public_room(const auth::RoomName& room) {
  return auth::viewer_of(room.kind) == auth::Viewer::kPublic;
}

/// What the change is to those who see the room: a product that is taken off sale is deleted there.
Op op_in(const auth::RoomName& room, const Change& change) {
  if (!is_public_room(room)) return change.op;
  if (!change.public_after) return Op::kDeleted;
  return change.public_before ? Op::kUpdated : Op::kCreated;
}

std::string_view name_of(Op op) {
  switch (op) {
    case Op::kCreated:
      return "created";
    case Op::kUpdated:
      return "updated";
    case Op::kDeleted:
      return "deleted";
  }
  return {};
}

std::int64_t number(Lsn lsn) { return static_cast<std::int64_t>(lsn.get()); }

std::string change_body(const auth::RoomName& room, Lsn prev, const commerce::KindSpec& kind,
                        const Change& change) {
  const auth::Viewer viewer = auth::viewer_of(room.kind);
  const Op op = op_in(room, change);
  JsonObject body;
  body.text("room", room.to_string())
      .integer("lsn", number(change.lsn))
      .integer("prev", number(prev))
      .text("kind", change.kind)
      .text("op", name_of(op))
      .text("id", change.id)
      .integer("version", change.version)
      .text("at", commerce::rfc3339(change.at_ms));
  if (op == Op::kCreated) {
    body.raw("record", commerce::render_record(kind, change.image, viewer));
  } else if (op == Op::kUpdated) {
    body.raw("patch", commerce::render_patch(kind, change.image, change.changed, viewer));
  }
  if (!is_public_room(room) && !change.by.empty()) body.text("by", change.by);
  return body.finish();
}

/// What native_message() puts in front of the body for Socket.IO, and one bracket behind it.
constexpr std::string_view kChangeEvent = "[\"change\",";

/// In the place of more changes than are told one by one.
realtime::Publication bulk_reset(const auth::RoomName& room) {
  return native_message(
      "reset", JsonObject().text("room", room.to_string()).text("reason", "bulk").finish());
}

}  // namespace

realtime::Publication native_message(std::string_view type, std::string_view body) {
  realtime::Publication message;
  message.event_json.append("[\"").append(type).append("\",").append(body).append("]");
  message.text.append("{\"type\":\"").append(type).append("\"");
  if (body != "{}") message.text.append(",");
  message.text.append(body.substr(1));
  return message;
}

void NativeProjection::project(const auth::RoomName& room, Lsn prev, feed::RoomSlice changes,
                               std::vector<feed::Message>& out) const {
  for (const Change* const change : changes) {
    if (change->kind == commerce::kBulkKind) {
      out.push_back({change->lsn, std::make_shared<const realtime::Publication>(bulk_reset(room))});
      prev = change->lsn;
      continue;
    }
    // A kind that only a newer version knows: its clients see the gap in `prev` and fetch a
    // snapshot.
    const commerce::KindSpec* const kind = commerce::find_kind(change->kind);
    if (kind != nullptr) {
      realtime::Publication message =
          native_message("change", change_body(room, prev, *kind, *change));
      message.place = {change->lsn.get(), feed::event_index(room)};
      out.push_back(
          {change->lsn, std::make_shared<const realtime::Publication>(std::move(message))});
    }
    prev = change->lsn;
  }
}

realtime::Publication NativeProjection::reset(const auth::RoomName& room,
                                              feed::ResetReason reason) const {
  JsonObject body;
  body.text("room", room.to_string()).text("reason", feed::to_string(reason));
  return native_message("reset", body.finish());
}

realtime::Publication NativeProjection::left(const auth::RoomName& room,
                                             std::string_view code) const {
  JsonObject body;
  body.text("room", room.to_string()).text("code", code);
  return native_message("left", body.finish());
}

realtime::Publication NativeProjection::expiring(std::int64_t in_s) const {
  return native_message("expiring", JsonObject().integer("in_s", in_s).finish());
}

bool has_reset(const feed::ChangesPage& page) {
  return std::any_of(page.messages.begin(), page.messages.end(), [](const feed::Message& message) {
    return !message.publication->event_json.starts_with(kChangeEvent);
  });
}

std::string changes_page_json(const feed::ChangesPage& page) {
  std::string changes = "[";
  for (const feed::Message& message : page.messages) {
    std::string_view body = message.publication->event_json;
    body.remove_prefix(kChangeEvent.size());
    body.remove_suffix(1);
    if (changes.size() > 1) changes += ',';
    changes += body;
  }
  changes += ']';
  JsonObject json;
  json.raw("changes", changes).text("position", page.position.to_string());
  return json.finish();
}

}  // namespace tillcast::contracts
