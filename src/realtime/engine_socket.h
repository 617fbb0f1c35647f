// Engine.IO sessions that an application handles itself, without Socket.IO on them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "protocol/http.h"
#include "realtime/peer.h"

namespace tillcast::realtime {

class EngineSession;
class EngineSocket;
class Shard;

/// What a session's messages are for: Socket.IO, or an application's handlers. The loop's thread.
class SessionLayer {
 public:
  virtual ~SessionLayer() = default;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view bytes) = 0;
  /// The client may not go on, and the session ends next.
  virtual void refuse(const Refusal&) {}
  /// The session went from polling to a WebSocket.
  virtual void update_routes() {}
  /// The session ended; nothing else is called.
  virtual void closed() = 0;
};

/// What an application does with its sessions. Called on the session's loop; must not block.
struct EngineHandlers {
  std::function<void(EngineSocket&)> on_open;
  std::function<void(EngineSocket&, std::string_view)> on_text;
  std::function<void(EngineSocket&, std::string_view)> on_binary;
  /// Nothing can be sent any more, and the socket is gone after the call.
  std::function<void(EngineSocket&)> on_close;
};

/// One session, over whichever transport it has. Valid from on_open until on_close returns; its
/// loop's thread only.
class EngineSocket final : public SessionLayer {
 public:
  EngineSocket(EngineSession& session, const EngineHandlers& handlers)
      : session_(session), handlers_(handlers) {}

  [[nodiscard]] std::string_view id() const;
  [[nodiscard]] Shard& shard() const;
  /// The request that opened the session.
  [[nodiscard]] const protocol::HttpRequest& handshake() const;
  /// The POST that brought the message which is being handled; null if a WebSocket did.
  [[nodiscard]] const protocol::HttpRequest* post() const;

  void send_text(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Ends the session; on_close follows before it returns.
  void close();

 private:
  friend class EngineSession;
  void on_text(std::string_view text) override;
  void on_binary(std::string_view bytes) override;
  void closed() override;

  EngineSession& session_;
  const EngineHandlers& handlers_;
};

}  // namespace tillcast::realtime
