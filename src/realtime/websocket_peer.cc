#include "realtime/websocket_peer.h"

#include <utility>

#include "realtime/connection.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

WebSocketPeer::WebSocketPeer(Connection& connection, Space& space,
                             const WebSocketHandlers& handlers, protocol::HttpRequest handshake)
    : Peer(space),
      connection_(connection),
      handlers_(handlers),
      handshake_(std::make_unique<const protocol::HttpRequest>(std::move(handshake))) {}

const protocol::HttpRequest& WebSocketPeer::handshake() const {
  static const protocol::HttpRequest kDropped;
  return handshake_ ? *handshake_ : kDropped;
}

void WebSocketPeer::send_text(std::string_view text) {
  flush_rooms();
  connection_.send_text(text);
}

void WebSocketPeer::send_binary(std::string_view bytes) {
  flush_rooms();
  connection_.send_binary(bytes);
}

void WebSocketPeer::close(protocol::CloseCode code, std::string_view reason) {
  flush_rooms();
  connection_.close_websocket(code, reason);
}

void WebSocketPeer::refuse(const Refusal& refusal) {
  close(static_cast<protocol::CloseCode>(refusal.close_code), refusal.code);
}

std::size_t WebSocketPeer::backlog_bytes() const { return connection_.backlog_bytes(); }

void WebSocketPeer::send_now(const Publication& publication, EventPlace) {
  if (!publication.text.empty()) connection_.send_text(publication.text);
}

void WebSocketPeer::deliver_payload(const std::shared_ptr<const std::string>&) {
  // Never asked for: encoding() is always kTextFrames.
}

}  // namespace tillcast::realtime
