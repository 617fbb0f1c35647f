// A plain WebSocket: text and binary messages, rooms, no Socket.IO.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "protocol/websocket.h"
#include "realtime/connection.h"
#include "realtime/peer.h"

namespace tillcast::realtime {

class WebSocketPeer;

/// What an endpoint does with its connections. Called on the connection's loop.
struct WebSocketHandlers {
  std::function<void(WebSocketPeer&)> on_open;
  std::function<void(WebSocketPeer&, std::string_view)> on_text;
  /// Without a handler a binary message closes with 1003.
  std::function<void(WebSocketPeer&, std::string_view)> on_binary;
  std::function<void(WebSocketPeer&)> on_close;
};

/// Lives until its connection tells it that the WebSocket ended. Its loop's thread only, but for
/// ref().
class WebSocketPeer final : public Peer, private WebSocketUser {
 public:
  /// The connection has become a WebSocket of that endpoint.
  static void open(Connection& connection, Space& space, const WebSocketHandlers& handlers,
                   protocol::HttpRequest handshake);
  // In the memory of its shard.
  static void* operator new(std::size_t bytes, Shard& shard);
  static void operator delete(void* memory, Shard& shard);
  static void operator delete(WebSocketPeer* self, std::destroying_delete_t);

  WebSocketPeer(Connection& connection, Space& space, const WebSocketHandlers& handlers,
                protocol::HttpRequest handshake);

  void send_text(std::string_view text);
  void send_binary(std::string_view bytes);
  void close(protocol::CloseCode code, std::string_view reason);

  void refuse(const Refusal& refusal) override;
  [[nodiscard]] const protocol::HttpRequest& handshake() const override;
  void drop_handshake() override { handshake_.reset(); }
  [[nodiscard]] std::size_t backlog_bytes() const override;

 private:
  void on_text(Connection& connection, std::string_view text) override;
  void on_binary(Connection& connection, std::string_view bytes) override;
  void on_websocket_closed(Connection& connection) override;
  void on_too_many_messages() override {}  // its connection closes
  [[nodiscard]] Encoding encoding() const override { return Encoding::kTextFrames; }
  [[nodiscard]] Connection* connection() const override { return &connection_; }
  void deliver_payload(const std::shared_ptr<const std::string>& payload) override;
  void send_now(const Publication& publication, EventPlace place) override;

  Connection& connection_;
  const WebSocketHandlers& handlers_;
  std::unique_ptr<const protocol::HttpRequest> handshake_;  // null once dropped
};
static_assert(sizeof(WebSocketPeer) <= 80);

}  // namespace tillcast::realtime
