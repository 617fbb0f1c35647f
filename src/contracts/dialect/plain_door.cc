#include "contracts/dialect/plain_door.h"

#include <boost/json/object.hpp>
#include <memory>
#include <utility>

#include "commerce/problems.h"
#include "commerce/validate.h"
#include "contracts/dialect/socket_door.h"
#include "feed/live_session.h"
#include "protocol/http.h"
#include "realtime/shard.h"

namespace tillcast::contracts {

namespace {

namespace json = boost::json;

auth::Credential credential_of(const protocol::HttpRequest& handshake) {
  const auto target = protocol::parse_target(handshake.target);
  const auto token = target ? protocol::query_value(target->query, "token") : std::nullopt;
  if (!token || token->empty()) return handshake_credential(handshake);
  return {auth::Credential::Kind::kBearer, *token};
}

void refuse(const PlainDoor& door, realtime::Peer& peer, const Problem& problem) {
  peer.send(door.words.refused(problem, peer.shard().clock().unix_ms()));
}

void hear(const PlainDoor& door, const PlainHandlers& handlers, realtime::Peer& peer,
          std::string_view text) {
  auto parsed = commerce::parse_object(text);
  if (!parsed) return refuse(door, peer, parsed.error());
  const auto message = std::make_shared<const json::object>(*std::move(parsed));
  feed::session_of(peer).check(
      [&door, &handlers, &peer, message, text = std::string(text)] {
        if (!feed::session_of(peer).who().signed_in()) {
          return refuse(door, peer, commerce::unauthenticated());
        }
        handlers.on_message(peer, *message, text);
      },
      [&door, &peer](const Problem& problem) { refuse(door, peer, problem); });
}

}  // namespace

void open_plain_door(const PlainDoor& door, std::string path, PlainHandlers handlers) {
  // The server keeps its handlers, and these with them.
  const auto kept = std::make_shared<const PlainHandlers>(std::move(handlers));
  const auto where = std::make_shared<const PlainDoor>(door);
  realtime::WebSocketHandlers server_handlers;
  server_handlers.on_open = [where, kept](realtime::WebSocketPeer& peer) {
    peer.set_data(std::make_unique<feed::LiveSession>(peer, where->streams.at(peer.shard()),
                                                      where->authenticator));
    feed::LiveSession& session = feed::session_of(peer);
    session.begin(credential_of(peer.handshake()));
    peer.drop_handshake();
    session.when_known([kept, &peer] { kept->on_open(peer); });
  };
  server_handlers.on_text = [where, kept](realtime::WebSocketPeer& peer, std::string_view text) {
    hear(*where, *kept, peer, text);
  };
  door.nsp.server().websocket(std::move(path), door.nsp, std::move(server_handlers));
}

void join_rooms(realtime::Peer& peer, std::vector<auth::RoomName> rooms, const RoomsJoined& done) {
  if (rooms.empty()) return done(peer, std::nullopt);
  auth::RoomName next = std::move(rooms.back());
  rooms.pop_back();
  feed::session_of(peer).join(
      std::move(next), std::nullopt,
      [peer = peer.ref(), rooms = std::move(rooms), done](const Outcome<feed::Joined>& joined) {
        const auto refused = joined ? std::optional<Problem>() : joined.error();
        peer.run([rooms, done, refused](realtime::Peer& here) {
          if (refused) return done(here, refused);
          join_rooms(here, rooms, done);
        });
      });
}

}  // namespace tillcast::contracts
