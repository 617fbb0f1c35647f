// A port that speaks one dialect: a server of its own, with its own rooms, recovery and origins, on
// the store that all share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/dialect/dialect.h"
#include "contracts/dialect/plain_door.h"
#include "feed/authenticator.h"
#include "feed/feed.h"
#include "feed/recovery_store.h"
#include "feed/streams.h"
#include "realtime/server.h"

namespace tillcast::contracts {

/// What a port works with. All of it outlives the port.
struct PortParts {
  feed::Feed& feed;
  feed::PostRead read;
  feed::PostWrite write;
  const feed::Authenticator& authenticator;
  const Clock& clock;
  /// storage::Database::process_number.
  std::int64_t process = 0;
};

/// Set up on one thread before its server starts; outlives the reactor.
class Port {
 public:
  /// `options.cors_origins` are the dialect's own if there are none.
  Port(const Dialect& dialect, PortParts parts, realtime::ServerOptions options);
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  [[nodiscard]] const Dialect& dialect() const { return dialect_; }
  [[nodiscard]] realtime::Server& server() { return server_; }
  /// Lost sessions of this port's sockets.
  [[nodiscard]] feed::LogRecoveryStore& recovery() { return recovery_; }

  /// The dialect's routes; once. A path that it does not have is refused in its own words unless
  /// the server has a fallback.
  Rest& add_routes(RestParts parts);

  /// The dialect's answer for a path that is not there.
  [[nodiscard]] protocol::HttpResponse no_such_route(std::string_view path) const;

  // For the dialect's serve_live().

  /// Socket.IO in the namespace `/`. Whoever is not signed in is refused with `anonymous`, if there
  /// is one.
  realtime::Namespace& serve_socket_io(std::optional<realtime::ConnectError> anonymous = {});

  /// Plain WebSockets at that path.
  void serve_websocket(std::string path, PlainHandlers handlers);
  /// Tells a plain WebSocket that what it asked for cannot be done. Its loop.
  void refuse(realtime::Peer& peer, const Problem& problem) const;

 private:
  const Dialect& dialect_;
  realtime::Server server_;
  realtime::Namespace& nsp_;
  const feed::Authenticator& authenticator_;
  feed::LogRecoveryStore recovery_;
  feed::Streams streams_;
  std::optional<Rest> rest_;
};

}  // namespace tillcast::contracts
