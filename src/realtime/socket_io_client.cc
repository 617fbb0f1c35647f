#include "realtime/socket_io_client.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "base/limits.h"
#include "base/timer_wheel.h"
#include "realtime/engine_session.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace socketio = protocol::socketio;
using socketio::PacketType;

struct SocketIoClient::ConnectTimer final : Timer {
  explicit ConnectTimer(EngineSession& late) : session(late) {}
  ~ConnectTimer() = default;
  void on_timer() override { session.close(); }

  EngineSession& session;
};

SocketIoClient::SocketIoClient(EngineSession& session)
    : session_(session),
      decoder_(static_cast<std::uint32_t>(session.server().options().message_bytes_max),
               session.server().options().parser),
      connect_timer_(std::make_unique<ConnectTimer>(session)) {
  Shard& shard = session_.shard();
  shard.timers().arm(*connect_timer_,
                     shard.clock().steady_ms() + session_.server().options().connect_timeout_ms);
}

SocketIoClient::~SocketIoClient() = default;

void* SocketIoClient::operator new(std::size_t bytes, Shard& shard) {
  return shard.memory().allocate(bytes);
}

void SocketIoClient::operator delete(void* memory, Shard& shard) {
  shard.memory().deallocate(memory, sizeof(SocketIoClient));
}

void SocketIoClient::operator delete(SocketIoClient* self, std::destroying_delete_t) {
  Shard& shard = self->session_.shard();
  self->~SocketIoClient();
  operator delete(self, shard);
}

void SocketIoClient::on_text(std::string_view text) { take(decoder_.add_text(text)); }

void SocketIoClient::on_binary(std::string_view bytes) { take(decoder_.add_binary(bytes)); }

void SocketIoClient::take(Result<std::optional<socketio::Packet>, socketio::Error> packet) {
  if (packet.has_error()) {
    session_.close();
  } else if (packet->has_value()) {
    on_packet(**packet);
  }
}

void SocketIoClient::send(PacketType type, std::string_view nsp, std::optional<std::uint64_t> id,
                          std::string_view json, std::span<const std::string> attachments) {
  std::string packet;
  if (session_.server().options().parser == socketio::Parser::kMsgpack) {
    if (socketio::append_msgpack_of_json(packet, type, nsp, id, json, attachments)) {
      session_.send_binary(packet);
    }
    return;
  }
  socketio::append_packet(packet, type, nsp, id, json, attachments.size());
  session_.send_message(packet);
  for (const auto& attachment : attachments) session_.send_binary(attachment);
}

Socket* SocketIoClient::find(std::string_view nsp) const {
  for (Socket* socket = sockets_.get(); socket != nullptr; socket = socket->next_.get()) {
    if (socket->nsp().name() == nsp) return socket;
  }
  return nullptr;
}

void SocketIoClient::on_packet(socketio::Packet& packet) {
  if (packet.type == PacketType::kConnect) {
    on_connect(packet);
    return;
  }
  Socket* const socket = find(packet.nsp);
  if (socket == nullptr || !socket->connected() || packet.type == PacketType::kConnectError) {
    session_.close();
    return;
  }
  auto payload = socketio::parse_payload(packet);
  if (payload.has_error()) {
    session_.close();
    return;
  }
  if (packet.type == PacketType::kDisconnect) {
    remove(*socket, End::kByClient);
    return;
  }
  Arguments arguments{payload->as_array(), packet.attachments};
  if (packet.is_ack()) {
    socket->handle_ack(*packet.id, arguments);
  } else {
    socket->handle_event(arguments, packet.id ? Ack(*socket, *packet.id) : Ack());
  }
}

void SocketIoClient::refuse(std::string_view nsp, const ConnectError& error) {
  std::string json = "{\"message\":";
  socketio::append_json_string(json, error.message);
  if (!error.data_json.empty()) json += ",\"data\":" + error.data_json;
  json += '}';
  send(PacketType::kConnectError, nsp, std::nullopt, json);
}

void SocketIoClient::on_connect(socketio::Packet& packet) {
  auto auth = socketio::parse_payload(packet);
  std::size_t sockets = 0;
  for (const Socket* open = sockets_.get(); open != nullptr; open = open->next_.get()) ++sockets;
  if (auth.has_error() || find(packet.nsp) != nullptr ||
      sockets >= limits::kNamespacesPerClientMax) {
    session_.close();
    return;
  }
  Namespace* const nsp = session_.server().find(packet.nsp);
  if (nsp == nullptr) {
    refuse(packet.nsp, {"Invalid namespace"});
    return;
  }
  connect_timer_.reset();
  Shard& shard = session_.shard();
  std::unique_ptr<Socket> socket(
      new (shard) Socket(*this, *nsp, shard.space(*nsp), shard.new_sid(), std::move(*auth)));
  socket->next_ = std::move(sockets_);
  sockets_ = std::move(socket);
  run_middleware(*sockets_, 0);
}

void SocketIoClient::run_middleware(Socket& socket, std::size_t index) {
  if (index == socket.nsp().middleware_.size()) {
    socket.accept();
    return;
  }
  const PeerRef ref = socket.ref();
  socket.nsp().middleware_[index](socket, [ref, index](std::optional<ConnectError> error) {
    auto* const waiting = static_cast<Socket*>(ref.find());
    if (waiting == nullptr || waiting->connected()) return;
    SocketIoClient& client = waiting->client_;
    if (error) {
      client.refuse(waiting->nsp().name(), *error);
      client.remove(*waiting, End::kByClient);
    } else {
      client.run_middleware(*waiting, index + 1);
    }
  });
}

void SocketIoClient::remove(Socket& socket, End end) {
  std::unique_ptr<Socket>* link = &sockets_;
  while (*link && link->get() != &socket) link = &(*link)->next_;
  if (!*link) return;
  std::unique_ptr<Socket> owned = std::move(*link);
  *link = std::move(owned->next_);
  owned->flush_rooms();
  if (end == End::kByServer) send(PacketType::kDisconnect, owned->nsp().name(), std::nullopt, {});
  owned->closed(end != End::kTransport);
  session_.shard().bury(std::move(owned));
}

void SocketIoClient::refuse(const Refusal& refusal) {
  for (Socket* socket = sockets_.get(); socket != nullptr; socket = socket->next_.get()) {
    if (socket->connected()) socket->tell_refusal(refusal);
  }
}

void SocketIoClient::update_routes() {
  for (Socket* socket = sockets_.get(); socket != nullptr; socket = socket->next_.get()) {
    socket->update_routes();
  }
}

void SocketIoClient::closed() {
  connect_timer_.reset();
  while (sockets_) remove(*sockets_, End::kTransport);
}

}  // namespace tillcast::realtime
