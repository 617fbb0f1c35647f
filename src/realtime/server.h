// A Socket.IO, WebSocket and HTTP server as a library that knows no application.
//
//     Server server({});
//     server.of("/").on_connection([](Socket& socket) { socket.join("lobby"); });
//     server.of("/").on("say", [](Socket& socket, Arguments& said, const Ack&) {
//       socket.nsp().to("lobby").emit("said", said.values);
//     });
//     net::Reactor reactor({}, clock, random);
//     reactor.listen("127.0.0.1", 3000, server);
//     reactor.run();
//
// Follows Engine.IO protocol 4, Socket.IO protocol 5, RFC 6455 and RFC 9112. Everything is set up
// before the first connection, on one thread; then handlers run on the loops' threads, each on that
// of its connection, and must not block.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/rate_limiter.h"
#include "protocol/socketio.h"
#include "realtime/address_counts.h"
#include "realtime/broadcast.h"
#include "realtime/engine_socket.h"
#include "realtime/http.h"
#include "realtime/peer.h"
#include "realtime/recovery_store.h"
#include "realtime/socket.h"
#include "realtime/socket_recovery.h"
#include "realtime/websocket_peer.h"

namespace tillcast::realtime {

class Shard;
class Server;

/// A cookie with the session's id, for load balancers that keep a client on one server.
struct SessionCookie {
  std::string name;
  std::string path = "/";
  /// `Lax`, `Strict` or `None`; pages of other sites need None, and browsers take that with
  /// `secure` alone.
  std::string same_site = "Lax";
  bool http_only = true;
  bool secure = false;
  /// How long it is kept; without it, until the browser ends.
  std::optional<std::int64_t> max_age_s{};
};

struct ServerOptions {
  std::string engine_path = "/socket.io/";
  std::int64_t ping_interval_ms = limits::kPingIntervalMs;
  std::int64_t ping_timeout_ms = limits::kPingTimeoutMs;
  std::int64_t connect_timeout_ms = limits::kConnectTimeoutMs;
  std::size_t message_bytes_max = limits::kMessageBytesMax;
  std::size_t body_bytes_max = limits::kHttpBodyBytesMax;
  std::size_t outbox_bytes_max = limits::kOutboxBytesMax;
  /// Origins of other sites that may read answers and send credentials; "*" for all, without
  /// credentials. A websocket from an origin that is neither this site nor in the list is refused.
  std::vector<std::string> cors_origins;
  std::optional<SessionCookie> session_cookie{};
  /// Headers that every HTTP answer has.
  std::vector<std::pair<std::string, std::string>> response_headers{};
  /// Agrees to permessage-deflate with WebSocket clients that offer it. It saves bytes of messages
  /// above limits::kDeflateMessageBytesMin and costs time on the loop.
  bool deflate = false;
  // Who asks too much. Without a value there is no limit; base/limits.h has values for the public.

  /// Connections that one address may have open, and as many Engine.IO sessions. One more is
  /// answered 429 `too_many_connections`, or over TLS closed.
  std::int64_t connections_per_address = 0;
  /// HTTP requests of an address: 429 `too_many_requests` with Retry-After.
  Rate requests_per_address{};
  /// Messages and control frames that a client sends on one live connection. One that sends more is
  /// refused with 4429 `too_many_messages`.
  Rate messages_per_connection{};
  /// Proxies in front of the server, as protocol::normal_address() writes them: the client is who
  /// their X-Forwarded-For says, and their connections are not counted.
  std::vector<std::string> trusted_proxies{};
  /// What all clients speak: that of socket.io-client itself, or npm's socket.io-msgpack-parser.
  protocol::socketio::Parser parser = protocol::socketio::Parser::kJson;
};

/// Decides whether a handshake may open a session (403 if not). Calls `decide` once, on this loop,
/// now or later; the request is there until then.
using Admission = std::function<void(const protocol::HttpRequest& request, Shard& loop,
                                     std::function<void(bool admitted)> decide)>;
/// Adds header fields to the answer of a handshake, over both transports.
using HandshakeHeaders =
    std::function<void(const protocol::HttpRequest&, std::vector<protocol::HttpField>& headers)>;

/// Why a middleware refuses a socket: `connect_error` with a message and, as JSON, data.
struct ConnectError {
  std::string message;
  std::string data_json{};
};

/// Ends a middleware's work: without an error the socket goes on. On the socket's loop; once.
using Next = std::function<void(std::optional<ConnectError>)>;
/// May call `next` later; the socket may be gone by then, so keep socket.ref() and not the socket.
using Middleware = std::function<void(Socket&, Next next)>;

/// An event as Publication::event_json has it.
std::string event_text(std::string_view event, const boost::json::array& values);

/// A Socket.IO namespace. Its rooms are also those of the plain WebSockets that are bound to it.
class Namespace {
 public:
  Namespace(Server& server, std::string name) : server_(server), name_(std::move(name)) {}
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Server& server() const { return server_; }

  void use(Middleware middleware) { middleware_.push_back(std::move(middleware)); }
  void on_connection(std::function<void(Socket&)> handler) { connected_ = std::move(handler); }
  void on_disconnect(std::function<void(Socket&)> handler) { disconnected_ = std::move(handler); }
  void on(std::string event, EventHandler handler) {
    handlers_[std::move(event)] = std::move(handler);
  }
  /// For applications that say whose a session is, or keep its rooms by themselves.
  void on_recovery(RecoveryHooks hooks) { recovery_hooks_ = std::move(hooks); }
  [[nodiscard]] const RecoveryHooks* recovery_hooks() const {
    return recovery_hooks_ ? &*recovery_hooks_ : nullptr;
  }

  /// A room, or one socket by its id.
  [[nodiscard]] Broadcast to(std::string room) const { return {*this, std::move(room)}; }
  [[nodiscard]] Broadcast all() const { return to(""); }
  /// Whether an application may emit such an event: only the library itself raises `connect`,
  /// `disconnect` and the like, and attachments_max() is all that clients take.
  [[nodiscard]] bool may_emit(std::string_view event, std::size_t attachments) const;
  [[nodiscard]] std::size_t attachments_max() const;
  /// To all. False, and nothing is sent, if may_emit() refuses it.
  bool emit(std::string_view event, const boost::json::array& values = {},
            std::vector<std::string> attachments = {}) const;

 private:
  friend class Socket;
  friend class SocketIoClient;

  Server& server_;
  std::string name_;
  std::vector<Middleware> middleware_;
  std::function<void(Socket&)> connected_;
  std::function<void(Socket&)> disconnected_;
  std::optional<RecoveryHooks> recovery_hooks_;
  std::map<std::string, EventHandler, std::less<>> handlers_;
};

/// What is served on one listener, or on several that serve the same.
class Server {
 public:
  explicit Server(ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The namespace of that name, made if it is new.
  Namespace& of(std::string_view name);
  [[nodiscard]] Namespace* find(std::string_view name) const;

  /// `body_bytes_max` is for a route that takes larger bodies than the others; of these one address
  /// may have limits::kLargeBodiesPerAddressMax under way (429 `too_many_uploads`).
  void http(std::string_view method, std::string_view pattern, HttpHandler handler,
            std::size_t body_bytes_max = 0) {
    router_.add(method, pattern, std::move(handler), body_bytes_max);
  }
  void http_fallback(HttpHandler handler) { router_.set_fallback(std::move(handler)); }
  void websocket(std::string path, Namespace& space, WebSocketHandlers handlers);

  /// Engine.IO sessions go to these handlers instead of to Socket.IO's namespaces.
  void engine(EngineHandlers handlers) { engine_ = std::move(handlers); }
  [[nodiscard]] const EngineHandlers* engine_handlers() const {
    return engine_ ? &*engine_ : nullptr;
  }
  void admit(Admission admission) { admission_ = std::move(admission); }
  void handshake_headers(HandshakeHeaders add) { handshake_headers_ = std::move(add); }

  /// Socket.IO clients that lost their connection go on where they were. `store` outlives the
  /// server; before the server is attached to its loops.
  void recover_with(RecoveryStore& store) { recovery_ = std::make_unique<Recovery>(store); }
  /// Null if lost sessions are not recovered.
  [[nodiscard]] Recovery* recovery() const { return recovery_.get(); }
  [[nodiscard]] const std::string* recovery_epoch() const {
    return recovery_ ? &recovery_->store.epoch() : nullptr;
  }

  [[nodiscard]] const ServerOptions& options() const { return options_; }

  /// A connection of that address, for as long as the slot lives; nothing if it has too many.
  std::optional<AddressCounts::Slot> enter_connection(const std::string& address);
  /// The whole answer to a connection that may not enter.
  [[nodiscard]] static std::string connection_refusal();

  /// The loops that serve it; called by the reactor before the first connection.
  void attach(std::vector<Shard*> shards) { shards_ = std::move(shards); }
  [[nodiscard]] const std::vector<Shard*>& shards() const { return shards_; }

 private:
  friend class Connection;
  struct Endpoint {
    Namespace* space;
    WebSocketHandlers handlers;
  };

  ServerOptions options_;
  AddressCounts connections_;
  AddressCounts sessions_;
  AddressCounts large_bodies_{limits::kLargeBodiesPerAddressMax};
  RateLimiter requests_;
  Router router_;
  std::optional<EngineHandlers> engine_;
  Admission admission_;
  HandshakeHeaders handshake_headers_;
  std::unique_ptr<Recovery> recovery_;
  std::map<std::string, std::unique_ptr<Namespace>, std::less<>> namespaces_;
  std::map<std::string, Endpoint, std::less<>> endpoints_;
  std::vector<Shard*> shards_;
};

}  // namespace tillcast::realtime
