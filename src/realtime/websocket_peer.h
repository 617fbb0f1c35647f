// A plain WebSocket: text and binary messages, rooms, no Socket.IO.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "protocol/websocket.h"
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

/// Its loop's thread only, but for ref().
class WebSocketPeer final : public Peer {
 public:
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
  friend class Connection;
  [[nodiscard]] Encoding encoding() const override { return Encoding::kTextFrames; }
  [[nodiscard]] Connection* connection() const override { return &connection_; }
  void deliver_payload(const std::shared_ptr<const std::string>& payload) override;
  void send_now(const Publication& publication, EventPlace place) override;

  Connection& connection_;
  const WebSocketHandlers& handlers_;
  std::unique_ptr<const protocol::HttpRequest> handshake_;  // null once dropped
};

}  // namespace tillcast::realtime
