// How plain WebSockets come in and are heard: who they are is verified when they open and again
// with each message they send. The same for every dialect that has them.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/dialect/projection.h"
#include "feed/authenticator.h"
#include "feed/streams.h"
#include "realtime/server.h"

namespace tillcast::contracts {

/// What a dialect does with its plain WebSockets. Called on the connection's loop.
struct PlainHandlers {
  /// It is known who this is; anybody may come in.
  std::function<void(realtime::Peer& peer)> on_open;
  /// A JSON object of somebody whose session was just found good; `text` is as it was sent.
  std::function<void(realtime::Peer& peer, const boost::json::object& message,
                     std::string_view text)>
      on_message;
};

struct PlainDoor {
  realtime::Namespace& nsp;
  feed::Streams& streams;
  const feed::Authenticator& authenticator;
  const DialectProjection& words;
};

/// Each WebSocket gets a feed::LiveSession. Its credential is `?token=`, which browsers can send
/// and which is written nowhere, or what its handshake has. Whoever is not signed in may send
/// nothing: a message of theirs, and one that is no JSON object, is answered by an error and
/// changes nothing. Before the server starts; what it is given outlives the server.
void open_plain_door(const PlainDoor& door, std::string path, PlainHandlers handlers);

using RoomsJoined =
    std::function<void(realtime::Peer& peer, const std::optional<Problem>& refused)>;
/// Joins the rooms one after the other, the last one first, up to the first that is refused. The
/// peer's loop; `done` is called there, if the peer is still there.
void join_rooms(realtime::Peer& peer, std::vector<auth::RoomName> rooms, const RoomsJoined& done);

}  // namespace tillcast::contracts
