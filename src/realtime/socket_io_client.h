// The Socket.IO layer of one client: its packets, and its sockets in the namespaces it asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/socketio.h"
#include "realtime/engine_socket.h"
#include "realtime/server.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

class EngineSession;

/// Socket.IO protocol 5. Owned by its session; the loop's thread only.
class SocketIoClient final : public SessionLayer {
 public:
  explicit SocketIoClient(EngineSession& session);
  ~SocketIoClient() override;

  // In the memory of its shard.
  static void* operator new(std::size_t bytes, Shard& shard);
  static void operator delete(void* memory, Shard& shard);
  static void operator delete(SocketIoClient* self, std::destroying_delete_t);

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
  /// Ends a client that asks for no namespace in time.
  struct ConnectTimer;

  void take(Result<std::optional<protocol::socketio::Packet>, protocol::socketio::Error> packet);
  void on_packet(protocol::socketio::Packet& packet);
  void on_connect(protocol::socketio::Packet& packet);
  void run_middleware(Socket& socket, std::size_t index);
  void refuse(std::string_view nsp, const ConnectError& error);
  [[nodiscard]] Socket* find(std::string_view nsp) const;

  EngineSession& session_;
  protocol::socketio::Decoder decoder_;
  std::unique_ptr<ConnectTimer> connect_timer_;  // null once a namespace was asked for
  std::unique_ptr<Socket> sockets_;              // a list by Socket::next_, the last one first
};
// There is one for each client: docs/benchmarks.md says where a client's memory is.
static_assert(sizeof(SocketIoClient) <= 48);

}  // namespace tillcast::realtime
