// `GET /events?room=A&room=B`: the rooms of one client as server-sent events.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "auth/credentials.h"
#include "auth/policy.h"
#include "base/limits.h"
#include "commerce/problems.h"
#include "contracts/native/live.h"
#include "contracts/native/rest_answer.h"
#include "feed/live_session.h"
#include "realtime/event_stream_peer.h"

namespace tillcast::contracts {

namespace {

struct EventsRequest {
  std::vector<auth::RoomName> rooms;
  std::optional<Position> since;
  auth::Credential credential;
};

std::string_view header(const protocol::HttpRequest& request, std::string_view name) {
  const std::string* const value = request.header(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

Outcome<std::vector<auth::RoomName>> rooms_of(const protocol::Target& target) {
  std::vector<auth::RoomName> rooms;
  for (const std::string& text : protocol::query_values(target.query, "room")) {
    auto room = auth::parse_room(text);
    if (!room) {
      return Problem{
          404, "unknown_room",
          "There is no such room. Rooms are market, shop:ID, desk:ID, user:ID and admin."};
    }
    if (std::find(rooms.begin(), rooms.end(), *room) == rooms.end()) rooms.push_back(*room);
  }
  if (rooms.empty()) {
    return Problem{400, "missing_room", "Say which rooms: /events?room=market&room=shop:ID."};
  }
  if (rooms.size() > limits::kRoomsPerSocketMax) {
    return Problem{429, "too_many_rooms",
                   "A stream can follow " + std::to_string(limits::kRoomsPerSocketMax) +
                       " rooms: open another for more."};
  }
  return rooms;
}

/// What a browser adds when it comes back is newer than what is in the address.
Outcome<std::optional<Position>> since_of(const realtime::HttpContext& context) {
  std::string text(header(context.request, "last-event-id"));
  if (text.empty()) text = protocol::query_value(context.target.query, "since").value_or("");
  if (text.empty()) return std::optional<Position>();
  auto since = Position::parse(text);
  if (!since) {
    return Problem{400, "bad_position",
                   "Last-Event-ID, or \"since\", must be a position as the server gave it "
                   "(EPOCH:LSN)."};
  }
  return since;
}

Outcome<EventsRequest> events_request(const realtime::HttpContext& context) {
  auto rooms = rooms_of(context.target);
  if (!rooms) return rooms.error();
  auto since = since_of(context);
  if (!since) return since.error();
  return EventsRequest{*std::move(rooms), *std::move(since),
                       auth::read_credential(header(context.request, "authorization"),
                                             header(context.request, "cookie"))};
}

/// 401 `unauthenticated` or 403 `forbidden` if one of the rooms is not theirs.
std::optional<Problem> refusal(const auth::Principal& who, const EventsRequest& wanted) {
  const bool all = std::all_of(wanted.rooms.begin(), wanted.rooms.end(),
                               [&](const auto& room) { return auth::may_join(who, room); });
  if (all) return std::nullopt;
  if (!who.signed_in()) return commerce::unauthenticated();
  return commerce::forbidden("One of these rooms is not yours.");
}

}  // namespace

void NativeLive::serve_events() {
  server_.http("GET", "/events", [this](realtime::HttpContext& context, realtime::HttpReply reply) {
    answer_events(context, reply);
  });
}

void NativeLive::answer_events(realtime::HttpContext& context, const realtime::HttpReply& reply) {
  const auto refuse = [reply](const Problem& problem) {
    reply.send(to_response(problem_answer(problem)));
  };
  auto wanted = events_request(context);
  if (!wanted) return refuse(wanted.error());
  const auth::Credential credential = wanted->credential;
  authenticator_.verify(credential, [this, reply, refuse, wanted = *std::move(wanted)](
                                        const Outcome<feed::Identity>& identity) {
    if (!identity) return refuse(identity.error());
    if (const auto problem = refusal(identity->who, wanted)) return refuse(*problem);
    reply.open_events(nsp_, [this, wanted, identity = *identity](realtime::EventStreamPeer& peer) {
      auto made =
          std::make_unique<feed::LiveSession>(peer, streams_.at(peer.shard()), authenticator_);
      feed::LiveSession& session = *made;
      peer.set_data(std::move(made));
      session.begin(identity, wanted.credential);
      session.follow(wanted.rooms, wanted.since);
    });
  });
}

}  // namespace tillcast::contracts
