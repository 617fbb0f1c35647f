// A client of server-sent events: it was answered by a stream that has no end of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "realtime/peer.h"

namespace tillcast::realtime {

/// Its loop's thread only, but for ref(). It says nothing, and is in no room of its space: who
/// opened it sends it events. Owed at most ServerOptions::outbox_bytes_max, then its connection is
/// reset and the client comes back to where it was.
class EventStreamPeer final : public Peer {
 public:
  EventStreamPeer(Connection& connection, Space& space) : Peer(space), connection_(connection) {}

  /// Shares events that are already encoded (protocol/sse.h). They go out at the end of the turn.
  void send_events(const std::shared_ptr<const std::string>& events);
  /// Events of this client alone.
  void send_events(std::string_view events);

  /// An event `error` with {type, code, detail}, then the end. A client comes back by itself, and
  /// is refused then by the answer to its request.
  void refuse(const Refusal& refusal) override;
  /// Always empty: whoever opens a stream has the request.
  [[nodiscard]] const protocol::HttpRequest& handshake() const override;
  void drop_handshake() override {}
  [[nodiscard]] std::size_t backlog_bytes() const override;

 private:
  [[nodiscard]] Encoding encoding() const override { return Encoding::kTextFrames; }
  [[nodiscard]] Connection* connection() const override { return nullptr; }
  void deliver_payload(const std::shared_ptr<const std::string>&) override {}
  /// An event with the text of the message and no id.
  void send_now(const Publication& publication, EventPlace place) override;

  Connection& connection_;
};

/// The name of an event in Publication::event_json; empty if it needs JSON to be read.
std::string_view event_name(const Publication& publication);

}  // namespace tillcast::realtime
