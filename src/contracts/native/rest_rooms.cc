// Rooms for those who poll: a snapshot to start from, and the changes since a position.
#include <algorithm>

#include "base/limits.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/snapshot.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/projection.h"

namespace tillcast::contracts {

namespace {

using auth::Principal;
using auth::RoomName;
using storage::Queries;

Outcome<RoomName> room_of(const RestRequest& asked) {
  const auto room = auth::parse_room(asked.parameters[0]);
  if (!room) {
    return Problem{404, "unknown_room",
                   "There is no such room. Rooms are market, shop:ID, desk:ID, user:ID and admin."};
  }
  return *room;
}

/// The room, if the caller may be in it: 401 `unauthenticated`, 403 `forbidden`, 404
/// `unknown_room`.
Outcome<RoomName> permitted_room(const Principal& who, const RestRequest& asked) {
  auto room = room_of(asked);
  if (!room || auth::may_join(who, *room)) return room;
  if (!who.signed_in()) return commerce::unauthenticated();
  return commerce::forbidden("This room is not yours.");
}

Outcome<RestAnswer> snapshot(Queries& queries, const Principal& who, const RestRequest& asked) {
  const auto room = permitted_room(who, asked);
  if (!room) return room.error();
  const auto limit = query_integer(asked, "limit", 1, "bad_limit");
  if (!limit) return limit.error();
  const auto records_max = static_cast<std::size_t>(
      limit->value_or(static_cast<std::int64_t>(limits::kSnapshotPageRecordsMax)));
  const auto page =
      commerce::room_snapshot(queries, *room, records_max, query_text(asked, "cursor"));
  if (!page) return page.error();
  commerce::JsonObject body;
  body.text("room", room->to_string())
      .text("position", page->position.to_string())
      .raw("records", page->records_json());
  if (!page->next_cursor.empty()) body.text("next_cursor", page->next_cursor);
  return RestAnswer{200, body.finish(), {}};
}

/// 400 `bad_position`, `bad_limit`, `bad_wait`.
Outcome<feed::ChangesRequest> changes_request(const RestRequest& asked) {
  auto room = room_of(asked);
  if (!room) return room.error();
  auto since = Position::parse(query_text(asked, "since"));
  if (!since) {
    return Problem{
        400, "bad_position",
        "Say from where on by ?since=EPOCH:LSN, with the position of a snapshot or of the "
        "page before."};
  }
  const auto limit = query_integer(asked, "limit", 1, "bad_limit");
  if (!limit) return limit.error();
  const auto wait_s = query_integer(asked, "wait_s", 0, "bad_wait");
  if (!wait_s) return wait_s.error();
  const auto messages_max = static_cast<std::size_t>(
      limit->value_or(static_cast<std::int64_t>(limits::kReplayPageChangesMax)));
  return feed::ChangesRequest{*std::move(room), *std::move(since), messages_max,
                              std::min(wait_s->value_or(0), limits::kLongPollSecondsMax) * 1000};
}

/// Asks the policy, and goes on if it agrees.
void if_permitted(Rest& rest, const RestRequest& request, const RestReply& reply,
                  std::function<void()> next) {
  rest.read_then<RoomName>(
      request, reply,
      [request](Queries&, const Principal& who) { return permitted_room(who, request); },
      [next = std::move(next)](const RoomName&) { next(); });
}

Problem bulk_reset_problem() {
  Problem problem{410, "reset",
                  "So much has changed at once that it is not told one by one. Fetch the room's "
                  "snapshot and go on from its position."};
  problem.extra_json = "\"reason\":\"bulk\"";
  return problem;
}

void changes(Rest& rest, feed::Streams& streams, const RestRequest& request,
             const RestReply& reply) {
  const auto wanted = changes_request(request);
  if (!wanted) return reply.send(wanted.error());
  const auto answer = [&rest, request, reply,
                       room = wanted->room](const Outcome<feed::ChangesPage>& page) {
    if (!page) return reply.send(page.error());
    if (has_reset(*page)) return reply.send(bulk_reset_problem());
    const auto send = [reply, json = changes_page_json(*page)] {
      reply.send(RestAnswer{200, json, {}});
    };
    // Who was let in may have lost the room before this was read.
    if (auth::is_public(room)) return send();
    if_permitted(rest, request, reply, send);
  };
  if_permitted(rest, request, reply, [&streams, reply, wanted = *wanted, answer] {
    streams.read_changes(reply.shard(), wanted, answer);
  });
}

}  // namespace

void add_room_routes(Rest& rest, feed::Streams& streams) {
  rest.get("/api/v1/rooms/{room}/snapshot", snapshot);
  rest.route("GET", "/api/v1/rooms/{room}/changes",
             [&rest, &streams](const RestRequest& request, const RestReply& reply) {
               changes(rest, streams, request, reply);
             });
}

}  // namespace tillcast::contracts
