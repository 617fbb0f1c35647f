#include "contracts/dialect/port.h"

#include <utility>

#include "contracts/dialect/socket_door.h"
#include "realtime/shard.h"

namespace tillcast::contracts {

namespace {

realtime::ServerOptions with_origins(realtime::ServerOptions options, const Dialect& dialect) {
  if (options.cors_origins.empty()) {
    options.cors_origins.assign(dialect.origins.begin(), dialect.origins.end());
  }
  return options;
}

}  // namespace

Port::Port(const Dialect& dialect, PortParts parts, realtime::ServerOptions options)
    : dialect_(dialect),
      server_(with_origins(std::move(options), dialect)),
      nsp_(server_.of("/")),
      authenticator_(parts.authenticator),
      recovery_(parts.read, std::move(parts.write), dialect.projection, parts.feed.epoch(),
                parts.clock, parts.process),
      streams_({parts.feed,
                dialect.projection,
                dialect.projection,
                nsp_,
                std::move(parts.read),
                {},
                &recovery_,
                dialect.own_rooms}) {
  dialect_.serve_live(*this);
}

Rest& Port::add_routes(RestParts parts) {
  rest_.emplace(server_, std::move(parts), dialect_.refusal);
  dialect_.add_routes(*rest_);
  server_.http_fallback([this](realtime::HttpContext& context, const realtime::HttpReply& reply) {
    reply.send(no_such_route(context.target.path));
  });
  return *rest_;
}

protocol::HttpResponse Port::no_such_route(std::string_view path) const {
  return to_response(dialect_.refusal(
      {404, "not_found", "There is nothing at " + std::string(path) + ".", {}, {}}));
}

realtime::Namespace& Port::serve_socket_io(std::optional<realtime::ConnectError> anonymous) {
  open_door({nsp_, streams_, recovery_, authenticator_, std::move(anonymous)});
  return nsp_;
}

void Port::serve_websocket(std::string path, PlainHandlers handlers) {
  open_plain_door({nsp_, streams_, authenticator_, dialect_.projection}, std::move(path),
                  std::move(handlers));
}

void Port::refuse(realtime::Peer& peer, const Problem& problem) const {
  peer.send(dialect_.projection.refused(problem, peer.shard().clock().unix_ms()));
}

}  // namespace tillcast::contracts
