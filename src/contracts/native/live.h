// The live half of the native contract: Socket.IO in the namespace `/` and plain WebSockets at
// `/live`, with the same messages. docs/live.md shows them.
#pragma once

#include <string_view>

#include "contracts/native/projection.h"
#include "feed/authenticator.h"
#include "feed/feed.h"
#include "feed/streams.h"
#include "realtime/server.h"

namespace tillcast::contracts {

/// Registers its handlers on `server`, before that starts, and serves them on its loops. Everything
/// given outlives it, and it outlives the reactor.
class NativeLive {
 public:
  NativeLive(realtime::Server& server, feed::Feed& feed, feed::PostRead read,
             const feed::Authenticator& authenticator, const Clock& clock);
  NativeLive(const NativeLive&) = delete;
  NativeLive& operator=(const NativeLive&) = delete;

  /// For `GET rooms/{room}/changes`.
  [[nodiscard]] feed::Streams& streams() { return streams_; }

 private:
  void serve_socket_io();
  void serve_web_sockets();
  void admit(realtime::Socket& socket, realtime::Next next);
  void on_text(realtime::WebSocketPeer& peer, std::string_view text);

  realtime::Server& server_;
  realtime::Namespace& nsp_;
  const feed::Authenticator& authenticator_;
  const Clock& clock_;
  NativeProjection projection_;
  feed::Streams streams_;
};

}  // namespace tillcast::contracts
