// The Socket.IO layer of one client: its packets, and its sockets in the namespaces it asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_wheel.h"
#include "protocol/socketio.h"
#include "realtime/engine_socket.h"
#include "realtime/server.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

class EngineSession;

/// Socket.IO protocol 5. Owned by its session; the loop's thread only.
class SocketIoClient final : public SessionLayer, private Timer {
 public:
  explicit SocketIoClient(EngineSession& session);
  ~SocketIoClient() override;

  [[nodiscard]] EngineSession& session() const { return session_; }

  void on_text(std::string_view text) override;
  void on_binary(std::string_view bytes) override;
  void refuse(const Refusal& refusal) override;
  void update_routes() override;
  void closed() override;
  /// Sends one packet in the server's parser; `json` and its placeholders are as in the JSON one.
  void send(protocol::socketio::PacketType type, std::string_view nsp,
            std::optional<std::uint64_t> id, std::string_view json,
            std::span<const std::string> attachments = {});
  /// How a socket comes to its end: with the transport, or because one of the two left the
  /// namespace, which no session outlives. Of kByServer the client is told by a DISCONNECT.
  enum class End : std::uint8_t { kTransport, kByClient, kByServer };
  /// Takes a socket out.
  void remove(Socket& socket, End end);

 private:
  void on_timer() override;
  void take(Result<std::optional<protocol::socketio::Packet>, protocol::socketio::Error> packet);
  void on_packet(protocol::socketio::Packet& packet);
  void on_connect(protocol::socketio::Packet& packet);
  void run_middleware(Socket& socket, std::size_t index);
  void refuse(std::string_view nsp, const ConnectError& error);
  [[nodiscard]] Socket* find(std::string_view nsp) const;

  EngineSession& session_;
  protocol::socketio::Decoder decoder_;
  std::vector<std::unique_ptr<Socket>> sockets_;
};

}  // namespace tillcast::realtime
