// Plain HTTP beside the live connections: routes, the request as a handler sees it, and the reply
// that may come later and from another thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/http.h"

namespace tillcast::realtime {

class EventStreamPeer;
class Namespace;
class Shard;

/// Names one object of a shard; a late answer to an object that is gone is dropped.
struct Handle {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const Handle&, const Handle&) = default;
};
/// The index of a thing that has no slot, or has it no more.
inline constexpr std::uint32_t kNoSlot = UINT32_MAX;

/// Where the answer to one request goes. A value; send() may be called once, from any thread.
class HttpReply {
 public:
  HttpReply(Shard& shard, Handle connection, std::uint32_t request)
      : shard_(&shard), connection_(connection), request_(request) {}

  /// Answers the request; dropped if the client is gone or the request is already answered.
  void send(protocol::HttpResponse response) const;

  /// Answers the request by a stream of server-sent events, on its loop; HEAD by its headers alone.
  void open_events(Namespace& nsp, std::function<void(EventStreamPeer&)> opened) const;

  [[nodiscard]] Shard& shard() const { return *shard_; }

 private:
  Shard* shard_;
  Handle connection_;
  std::uint32_t request_;
};

/// A request that was routed. Valid only during the handler's call; what is needed later is moved
/// out.
struct HttpContext {
  protocol::HttpRequest& request;
  protocol::Target target;
  /// The values of the pattern's `{name}` segments, in order.
  std::vector<std::string> parameters;
  /// The client: the peer, or for whom a trusted proxy speaks.
  std::string peer_address;
};

/// Called on a loop's thread; must not block.
using HttpHandler = std::function<void(HttpContext&, HttpReply)>;

/// Finds the handler of a request. Filled before the server starts, then read by all loops.
class Router {
 public:
  /// A pattern is a path whose segments may be `{name}`; `method` is upper case. `body_bytes_max`
  /// is for a route that takes larger bodies than the others (ServerOptions::body_bytes_max).
  void add(std::string_view method, std::string_view pattern, HttpHandler handler,
           std::size_t body_bytes_max = 0);
  /// For paths that no pattern matches.
  void set_fallback(HttpHandler handler) { fallback_ = std::move(handler); }

  struct Match {
    const HttpHandler* handler = nullptr;
    std::vector<std::string> parameters;
    /// If there is no handler but the path is known: the methods it has, for `Allow`.
    std::string allow;
  };
  /// HEAD is served by the handler of GET.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  /// What the route of an undecoded path was added with; 0 for the usual limit.
  [[nodiscard]] std::size_t body_bytes_max(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    HttpHandler handler;
    std::size_t body_bytes_max = 0;
  };
  std::vector<Route> routes_;
  HttpHandler fallback_;
};

/// An RFC 9457 problem as a response.
protocol::HttpResponse problem_response(int status, std::string_view code, std::string_view detail);

}  // namespace tillcast::realtime
