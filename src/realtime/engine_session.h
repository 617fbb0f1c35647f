// An Engine.IO session: one client over polling, a WebSocket, or first the one and then the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_wheel.h"
#include "realtime/connection.h"
#include "realtime/http.h"
#include "realtime/outbox.h"

namespace tillcast::realtime {

class SocketIoClient;

/// Engine.IO protocol 4. Owned by its shard; the loop's thread only. What a polling client is owed
/// is bounded by ServerOptions::outbox_bytes_max.
class EngineSession final : public WebSocketUser, private Timer {
 public:
  /// A session of `shard`, known by its id from now on.
  static EngineSession& create(Shard& shard, Server& server, protocol::HttpRequest handshake);

  EngineSession(Shard& shard, Server& server, std::string sid, protocol::HttpRequest handshake);
  ~EngineSession();

  [[nodiscard]] const std::string& sid() const { return sid_; }
  [[nodiscard]] Shard& shard() const { return shard_; }
  [[nodiscard]] Server& server() const { return server_; }
  [[nodiscard]] const protocol::HttpRequest& handshake() const { return handshake_; }
  void drop_handshake() { handshake_ = {}; }
  [[nodiscard]] bool closed() const { return closed_; }

  // The first answer.
  void open_on_polling(HttpReply reply);
  void open_on_websocket(Connection& connection);

  // Polling.
  [[nodiscard]] bool on_polling() const { return websocket_ == nullptr; }
  void poll(HttpReply reply);
  void receive(HttpReply reply, std::string_view body);

  // Upgrade.
  [[nodiscard]] bool may_upgrade() const { return on_polling() && probe_ == nullptr && !closed_; }
  void probe(Connection& connection);

  // What the layer above sends.
  void send_message(std::string_view text);
  void send_binary(std::string_view bytes);
  /// Shares an encoded polling payload of one or more packets. Polling only.
  void send_payload(const Outbox::Bytes& payload);
  [[nodiscard]] Connection* websocket() const { return websocket_; }
  [[nodiscard]] std::size_t backlog_bytes() const;

  /// Ends the session and its transports; the layer above is told.
  void close(protocol::CloseCode code = protocol::CloseCode::kNormal);
  /// Answers a waiting poll with what is owed; the shard calls it at the end of a turn.
  void flush();

  void on_text(Connection& connection, std::string_view text) override;
  void on_binary(Connection& connection, std::string_view bytes) override;
  void on_websocket_closed(Connection& connection) override;

 private:
  void on_timer() override;
  [[nodiscard]] std::string open_packet() const;
  void start();
  void on_packet(const protocol::engineio::Packet& packet);
  void on_probe_text(std::string_view text);
  void finish_upgrade();
  void answer_poll(std::string body);
  [[nodiscard]] std::string take_payload();

  Shard& shard_;
  Server& server_;
  std::string sid_;
  protocol::HttpRequest handshake_;
  std::unique_ptr<SocketIoClient> client_;
  Connection* websocket_ = nullptr;
  Connection* probe_ = nullptr;
  bool probed_ = false;  // the probe was answered; polls are let go at once
  bool awaits_pong_ = false;
  bool closed_ = false;
  bool dirty_ = false;
  bool doomed_ = false;  // too slow: ended at the next flush
  std::optional<HttpReply> poll_;
  std::vector<Outbox::Bytes> payloads_;
  std::size_t payload_bytes_ = 0;
};

}  // namespace tillcast::realtime
