#include "contracts/native/live_requests.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "commerce/json_text.h"
#include "commerce/render.h"

namespace tillcast::contracts {

namespace {

namespace json = boost::json;
using commerce::JsonObject;
using feed::LiveSession;

/// Null if there is no such member, or if it is no text.
const json::string* text_member(const json::object& body, std::string_view name) {
  const json::value* const value = body.if_contains(name);
  return value == nullptr ? nullptr : value->if_string();
}

Outcome<auth::RoomName> room_of(const json::object& body) {
  const json::string* const text = text_member(body, "room");
  if (text == nullptr) {
    return Problem{400, "missing_room", "Say which room: {\"room\":\"market\"}."};
  }
  auto room = auth::parse_room(std::string_view(text->data(), text->size()));
  if (!room) {
    return Problem{404, "unknown_room",
                   "There is no such room. Rooms are market, shop:ID, desk:ID, user:ID and admin."};
  }
  return *std::move(room);
}

Outcome<std::optional<Position>> since_of(const json::object& body) {
  if (!body.contains("since")) return std::optional<Position>();
  const json::string* const text = text_member(body, "since");
  auto since = text == nullptr ? std::nullopt
                               : Position::parse(std::string_view(text->data(), text->size()));
  if (!since) {
    return Problem{400, "bad_position",
                   "The member \"since\" must be a position as the server gave it (EPOCH:LSN)."};
  }
  return since;
}

void join(LiveSession& session, const json::object& body, const LiveAnswer& answer) {
  auto room = room_of(body);
  if (!room) return answer(error_body(room.error()));
  auto since = since_of(body);
  if (!since) return answer(error_body(since.error()));
  session.join(*room, *std::move(since), [answer, room = *room](const Outcome<feed::Joined>& done) {
    if (!done) return answer(error_body(done.error()));
    JsonObject joined;
    joined.text("room", room.to_string())
        .text("position", done->position.to_string())
        .boolean("resumed", done->resumed);
    answer(joined.finish());
  });
}

void leave(LiveSession& session, const json::object& body, const LiveAnswer& answer) {
  auto room = room_of(body);
  if (!room) return answer(error_body(room.error()));
  session.leave(*std::move(room), [answer](const Outcome<auth::RoomName>& left) {
    if (!left) return answer(error_body(left.error()));
    answer(JsonObject().text("room", left->to_string()).finish());
  });
}

void authenticate(LiveSession& session, const json::object& body, const LiveAnswer& answer,
                  const Clock& clock) {
  const json::string* const token = text_member(body, "token");
  if (token == nullptr) {
    return answer(error_body({400, "missing_token", "Send the access token as \"token\"."}));
  }
  session.authenticate(
      std::string(token->data(), token->size()),
      [answer, &clock](const Outcome<feed::Identity>& identity) {
        if (!identity) return answer(error_body(identity.error()));
        const std::int64_t left_ms = identity->who.expires_at_ms - clock.unix_ms();
        JsonObject known;
        known.raw("user", commerce::render_for(auth::Viewer::kOwner, *identity->user))
            .integer("expires_in_s", std::max<std::int64_t>(left_ms / 1000, 0));
        answer(known.finish());
      });
}

}  // namespace

std::string error_body(const Problem& problem) {
  JsonObject error;
  error.text("code", problem.code).text("detail", problem.detail);
  return JsonObject().raw("error", error.finish()).finish();
}

void handle_live_request(LiveSession& session, std::string_view type, const json::value& body,
                         LiveAnswer answer, const Clock& clock) {
  const json::object* const object = body.if_object();
  if (object == nullptr) {
    return answer(error_body({400, "malformed_body", "The request must be a JSON object."}));
  }
  if (type == "join") return join(session, *object, answer);
  if (type == "leave") return leave(session, *object, answer);
  if (type == "auth") return authenticate(session, *object, answer, clock);
  answer(error_body({400, "unknown_type", "The types of request are join, leave and auth."}));
}

}  // namespace tillcast::contracts
