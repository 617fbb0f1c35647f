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

void* WebSocketPeer::operator new(std::size_t bytes, Shard& shard) {
  return shard.memory().allocate(bytes);
}

void WebSocketPeer::operator delete(void* memory, Shard& shard) {
  shard.memory().deallocate(memory, sizeof(WebSocketPeer));
}

void WebSocketPeer::operator delete(WebSocketPeer* self, std::destroying_delete_t) {
  Shard& shard = self->shard();
  self->~WebSocketPeer();
  operator delete(self, shard);
}

void WebSocketPeer::open(Connection& connection, Space& space, const WebSocketHandlers& handlers,
                         protocol::HttpRequest handshake) {
  auto* const peer =
      new (space.shard()) WebSocketPeer(connection, space, handlers, std::move(handshake));
  connection.set_plain(*peer);
  if (handlers.on_open) handlers.on_open(*peer);
}

void WebSocketPeer::on_text(Connection&, std::string_view text) {
  if (handlers_.on_text) {
    handlers_.on_text(*this, text);
  } else {
    connection_.close_websocket(protocol::CloseCode::kUnsupportedData,
                                "only binary is understood here");
  }
}

void WebSocketPeer::on_binary(Connection&, std::string_view bytes) {
  if (handlers_.on_binary) {
    handlers_.on_binary(*this, bytes);
  } else {
    connection_.close_websocket(protocol::CloseCode::kUnsupportedData,
                                "only text is understood here");
  }
}

void WebSocketPeer::on_websocket_closed(Connection&) {
  if (handlers_.on_close) handlers_.on_close(*this);
  shard().bury(std::unique_ptr<Peer>(this));
}

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
