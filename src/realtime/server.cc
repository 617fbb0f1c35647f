#include "realtime/server.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "protocol/client_address.h"
#include "protocol/exact_json.h"
#include "protocol/socketio.h"
#include "realtime/room.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

std::string event_text(std::string_view event, const boost::json::array& values) {
  std::string text = "[";
  protocol::socketio::append_json_string(text, event);
  for (const auto& value : values) {
    text += ',';
    protocol::append_exact_json(text, value);
  }
  text += ']';
  return text;
}

bool Namespace::may_emit(std::string_view event, std::size_t attachments) const {
  return !protocol::socketio::is_reserved_event(event) && attachments <= attachments_max();
}

std::size_t Namespace::attachments_max() const {
  return server_.options().parser == protocol::socketio::Parser::kJson
             ? limits::kAttachmentsMax
             : limits::kMsgpackAttachmentsMax;
}

bool Namespace::emit(std::string_view event, const boost::json::array& values,
                     std::vector<std::string> attachments) const {
  return to("").emit(event, values, std::move(attachments));
}

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      connections_(options_.connections_per_address),
      sessions_(options_.connections_per_address),
      requests_(options_.requests_per_address) {}

std::optional<AddressCounts::Slot> Server::enter_connection(const std::string& address) {
  const auto& proxies = options_.trusted_proxies;
  // All the world comes through a proxy.
  if (!proxies.empty() && std::find(proxies.begin(), proxies.end(),
                                    protocol::normal_address(address)) != proxies.end()) {
    return AddressCounts::Slot();
  }
  return connections_.enter(protocol::address_block(address));
}

std::string Server::connection_refusal() {
  protocol::HttpResponse refusal =
      problem_response(429, "too_many_connections",
                       "Your address has too many connections open: close some, or wait.");
  refusal.headers.emplace_back("Retry-After", std::to_string(limits::kTooManyConnectionsRetryS));
  std::string bytes;
  return protocol::write_response(bytes, refusal, false, false, {}) ? bytes : std::string();
}

Namespace& Server::of(std::string_view name) {
  if (Namespace* const found = find(name)) return *found;
  auto nsp = std::make_unique<Namespace>(*this, std::string(name));
  Namespace& made = *nsp;
  namespaces_.emplace(made.name(), std::move(nsp));
  return made;
}

Namespace* Server::find(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Server::websocket(std::string path, Namespace& space, WebSocketHandlers handlers) {
  endpoints_[std::move(path)] = Endpoint{&space, std::move(handlers)};
}

}  // namespace tillcast::realtime
