// An Engine.IO session: one client over polling, a WebSocket, or first the one and then the other.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_wheel.h"
#include "realtime/connection.h"
#include "realtime/engine_socket.h"
#include "realtime/http.h"
#include "realtime/outbox.h"
#include "realtime/sid.h"

namespace tillcast::realtime {

/// Engine.IO protocol 4. Owned by its shard; the loop's thread only. What a polling client is owed
/// is bounded by ServerOptions::outbox_bytes_max.
class EngineSession final : public WebSocketUser, private Timer {
 public:
  /// How a session came to be: its request, who sent it, and when (Unix time).
  struct Origin {
    protocol::HttpRequest request;
    std::string address;
    std::int64_t at_ms = 0;
  };

  /// A session of `shard`, known from now on by the id that Shard::new_session_sid() just gave.
  static EngineSession& create(Shard& shard, Server& server, Sid sid, Origin origin);
  // In the memory of its shard.
  static void* operator new(std::size_t bytes, Shard& shard);
  static void operator delete(void* memory, Shard& shard);
  static void operator delete(EngineSession* self, std::destroying_delete_t);

  EngineSession(Shard& shard, Server& server, Sid sid, Origin origin);
  ~EngineSession();

  [[nodiscard]] std::string_view sid() const { return sid_.view(); }
  [[nodiscard]] Shard& shard() const { return shard_; }
  [[nodiscard]] Server& server() const { return server_; }
  [[nodiscard]] const protocol::HttpRequest& handshake() const { return origin().request; }
  /// Empty once it was dropped.
  [[nodiscard]] const Origin& origin() const;
  void drop_handshake() { origin_.reset(); }
  [[nodiscard]] bool closed() const { return closed_; }
  /// Its place among the sessions of its address.
  void hold(AddressCounts::Slot slot);

  // The first answer.
  void open_on_polling(HttpReply reply, std::vector<protocol::HttpField> headers);
  void open_on_websocket(Connection& connection);

  // Polling.
  [[nodiscard]] bool on_polling() const { return websocket_ == nullptr; }
  /// True if the poll waits; then poll_cancelled() must be called if its client goes.
  bool poll(HttpReply reply);
  void poll_cancelled();
  void receive(HttpReply reply, const protocol::HttpRequest& post);
  /// The POST that is being received.
  [[nodiscard]] const protocol::HttpRequest* post() const;
  /// The client missed its time, and the timer that ends the session is about to fire.
  [[nodiscard]] bool overdue() const;

  // Upgrade.
  [[nodiscard]] bool may_upgrade() const { return polling_ && !closed_ && !probe(); }
  void probe(Connection& connection);

  // What the layer above sends.
  void send_message(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Shares an encoded polling payload of one or more packets. Polling only.
  void send_payload(const Outbox::Bytes& payload);
  [[nodiscard]] Connection* websocket() const { return websocket_; }
  [[nodiscard]] std::size_t backlog_bytes() const;
  /// What is sent now goes out now: nothing is owed, and a poll waits if it is on polling.
  [[nodiscard]] bool writable() const;

  /// Ends the session and its transports; the layer above is told.
  void close(protocol::CloseCode code = protocol::CloseCode::kNormal);
  /// Answers a waiting poll with what is owed; the shard calls it at the end of a turn.
  void flush();

  void on_text(Connection& connection, std::string_view text) override;
  void on_binary(Connection& connection, std::string_view bytes) override;
  void on_too_many_messages() override;
  void on_websocket_closed(Connection& connection) override;

 private:
  friend class Shard;
  /// What only polling needs, and the upgrade from it.
  struct Polling {
    std::optional<HttpReply> poll;
    const protocol::HttpRequest* post = nullptr;
    Connection* probe = nullptr;
    bool probed = false;  // the probe was answered; polls are let go at once
    TokenBucket said;     // packets that came by POST
    std::vector<Outbox::Bytes> payloads;
    std::size_t payload_bytes = 0;
  };

  void on_timer() override;
  [[nodiscard]] Connection* probe() const { return polling_ ? polling_->probe : nullptr; }
  [[nodiscard]] std::string open_packet() const;
  void start();
  void on_packet(const protocol::engineio::Packet& packet);
  /// Ends the session; a waiting poll is let go with a packet of that type.
  void end(protocol::CloseCode code, protocol::engineio::PacketType farewell);
  void on_probe_text(std::string_view text);
  void finish_upgrade();
  void answer_poll(std::string body);
  [[nodiscard]] std::string take_payload();

  Shard& shard_;
  Server& server_;
  Sid sid_;
  bool awaits_pong_ = false;
  bool closed_ = false;
  bool dirty_ = false;
  bool doomed_ = false;                   // too slow: ended at the next flush
  std::unique_ptr<const Origin> origin_;  // null once dropped
  std::unique_ptr<SessionLayer> layer_;
  Connection* websocket_ = nullptr;
  std::unique_ptr<Polling> polling_;  // null on a WebSocket
};
// There is one for each client: docs/benchmarks.md says where a client's memory is.
static_assert(sizeof(EngineSession) <= 112);

}  // namespace tillcast::realtime
