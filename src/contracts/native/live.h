// The live half of the native contract: Socket.IO in the namespace `/`, plain WebSockets at `/live`
// and server-sent events at `/events`, with the same messages. docs/live.md shows them.
#pragma once

#include <cstdint>
#include <string_view>

#include "contracts/native/projection.h"
#include "feed/authenticator.h"
#include "feed/feed.h"
#include "feed/recovery_store.h"
#include "feed/streams.h"
#include "realtime/server.h"

namespace tillcast::contracts {

/// Registers its handlers on `server`, before that starts, and serves them on its loops. Everything
/// given outlives it, and it outlives the reactor. `process` is storage::Database::process_number.
class NativeLive {
 public:
  NativeLive(realtime::Server& server, feed::Feed& feed, feed::PostRead read, feed::PostWrite write,
             const feed::Authenticator& authenticator, const Clock& clock,
             std::int64_t process = 0);
  NativeLive(const NativeLive&) = delete;
  NativeLive& operator=(const NativeLive&) = delete;

  /// For `GET rooms/{room}/changes`.
  [[nodiscard]] feed::Streams& streams() { return streams_; }
  /// Lost Socket.IO sessions, as many and as long as limits::kRecovery* say.
  [[nodiscard]] feed::LogRecoveryStore& recovery() { return recovery_; }

 private:
  void serve_socket_io();
  void serve_web_sockets();
  /// `GET /events` (live_events.cc).
  void serve_events();
  void answer_events(realtime::HttpContext& context, const realtime::HttpReply& reply);
  void on_text(realtime::WebSocketPeer& peer, std::string_view text);

  realtime::Server& server_;
  realtime::Namespace& nsp_;
  const feed::Authenticator& authenticator_;
  const Clock& clock_;
  NativeProjection projection_;
  feed::LogRecoveryStore recovery_;
  feed::Streams streams_;
};

}  // namespace tillcast::contracts
