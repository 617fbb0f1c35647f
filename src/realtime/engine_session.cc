#include "realtime/engine_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "realtime/server.h"
#include "realtime/shard.h"
#include "realtime/socket_io_client.h"

namespace tillcast::realtime {

namespace engineio = protocol::engineio;
using engineio::PacketType;
using protocol::HttpResponse;

namespace {

constexpr std::string_view kTooManyMessages =
    "You send more messages than this server takes. Connect again, and send fewer.";

HttpResponse text_response(int status, std::string body) {
  HttpResponse response{status, {}, std::move(body), true};
  response.headers.emplace_back("Content-Type", "text/plain; charset=UTF-8");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse bad_request() {
  HttpResponse response{400, {}, engineio::json_body(engineio::RequestError::kBadRequest)};
  response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

}  // namespace

EngineSession& EngineSession::create(Shard& shard, Server& server, Sid sid, Origin origin) {
  auto* const session = new (shard) EngineSession(shard, server, sid, std::move(origin));
  shard.sessions_.insert(session);
  return *session;
}

void* EngineSession::operator new(std::size_t bytes, Shard& shard) {
  return shard.memory().allocate(bytes);
}

void EngineSession::operator delete(void* memory, Shard& shard) {
  shard.memory().deallocate(memory, sizeof(EngineSession));
}

void EngineSession::operator delete(EngineSession* self, std::destroying_delete_t) {
  Shard& shard = self->shard_;
  self->~EngineSession();
  operator delete(self, shard);
}

EngineSession::EngineSession(Shard& shard, Server& server, Sid sid, Origin origin)
    : shard_(shard), server_(server), sid_(sid) {
  origin.request.body.clear();
  origin_ = std::make_unique<const Origin>(std::move(origin));
}

EngineSession::~EngineSession() = default;

void EngineSession::hold(AddressCounts::Slot slot) {
  if (slot.counts()) shard_.counted_sessions_.emplace(this, std::move(slot));
}

const protocol::HttpRequest* EngineSession::post() const {
  return polling_ ? polling_->post : nullptr;
}

const EngineSession::Origin& EngineSession::origin() const {
  static const Origin kDropped;
  return origin_ ? *origin_ : kDropped;
}

std::string EngineSession::open_packet() const {
  std::string packet;
  engineio::Open open;
  open.sid = sid_.view();
  open.upgrade_to_websocket = on_polling();
  open.ping_interval_ms = static_cast<std::uint32_t>(server_.options().ping_interval_ms);
  open.ping_timeout_ms = static_cast<std::uint32_t>(server_.options().ping_timeout_ms);
  open.payload_bytes_max = static_cast<std::uint32_t>(server_.options().message_bytes_max);
  engineio::append_open(packet, open);
  return packet;
}

void EngineSession::start() {
  shard_.timers().arm(*this, shard_.clock().steady_ms() + server_.options().ping_interval_ms);
  const EngineHandlers* const handlers = server_.engine_handlers();
  if (handlers == nullptr) {
    layer_.reset(new (shard_) SocketIoClient(*this));
    return;
  }
  auto socket = std::make_unique<EngineSocket>(*this, *handlers);
  EngineSocket& opened = *socket;
  layer_ = std::move(socket);
  if (handlers->on_open) handlers->on_open(opened);
}

void EngineSession::open_on_polling(HttpReply reply, std::vector<protocol::HttpField> headers) {
  HttpResponse response = text_response(200, open_packet());
  std::move(headers.begin(), headers.end(), std::back_inserter(response.headers));
  polling_ = std::make_unique<Polling>();
  reply.send(std::move(response));
  start();
}

void EngineSession::open_on_websocket(Connection& connection) {
  websocket_ = &connection;
  connection.set_user(*this);
  connection.send_text(open_packet());
  start();
}

// -------------------------------------------------------------------------------------------------
// Polling

bool EngineSession::poll(HttpReply reply) {
  if (polling_->poll) {
    // Two polls at once: the client has lost track of its own (engine.io ends the session too).
    reply.send(bad_request());
    close();
    return false;
  }
  polling_->poll = reply;
  if (polling_->probed && polling_->payloads.empty()) {
    answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  } else {
    flush();
  }
  return polling_->poll.has_value();
}

void EngineSession::poll_cancelled() {
  // What the poll was answered with may be lost, so the client cannot go on.
  if (polling_) polling_->poll.reset();
  close();
}

void EngineSession::receive(HttpReply reply, const protocol::HttpRequest& post) {
  polling_->post = &post;
  engineio::PayloadReader reader(post.body);
  bool valid = true;
  bool too_many = false;
  while (!closed_) {
    const auto packet = reader.next();
    valid = packet.has_value();
    if (!valid || !packet->has_value()) break;
    const Rate& rate = server_.options().messages_per_connection;
    too_many = polling_->said.take(rate, shard_.clock().steady_ms()) != 0;
    if (too_many) break;
    on_packet(**packet);
  }
  polling_->post = nullptr;
  // Whose poll waits is told by that, and a refused POST could overtake it.
  const bool untold = too_many && !polling_->poll;
  if (too_many) on_too_many_messages();
  if (untold) {
    reply.send(problem_response(429, "too_many_messages", kTooManyMessages));
  } else if (valid) {
    reply.send(text_response(200, "ok"));
  } else {
    reply.send(bad_request());
    close();
  }
}

std::string EngineSession::take_payload() {
  std::string body;
  body.reserve(polling_->payload_bytes + polling_->payloads.size());
  for (const auto& payload : polling_->payloads) {
    if (!body.empty()) body.push_back(engineio::kSeparator);
    body.append(*payload);
  }
  polling_->payloads = {};
  polling_->payload_bytes = 0;
  return body;
}

void EngineSession::answer_poll(std::string body) {
  if (!polling_ || !polling_->poll) return;
  const HttpReply reply = *std::exchange(polling_->poll, std::nullopt);
  reply.send(text_response(200, std::move(body)));
}

void EngineSession::flush() {
  dirty_ = false;
  if (polling_ && polling_->poll && !polling_->payloads.empty()) {
    answer_poll(take_payload());
    doomed_ = false;
  } else if (doomed_ && !closed_) {
    close();
  }
}

void EngineSession::send_payload(const Outbox::Bytes& payload) {
  if (closed_ || doomed_ || !polling_) return;
  polling_->payloads.push_back(payload);
  polling_->payload_bytes += payload->size();
  // Too slow. Whoever sends may be walking through a room, so the end comes with the flush.
  doomed_ = polling_->payload_bytes > server_.options().outbox_bytes_max;
  if (!dirty_) {
    dirty_ = true;
    shard_.mark_dirty(*this);
  }
}

// -------------------------------------------------------------------------------------------------
// Messages

void EngineSession::send_message(std::string_view text) {
  if (closed_) return;
  if (websocket_ != nullptr) {
    websocket_->send_text(text, engineio::type_char(PacketType::kMessage));
    return;
  }
  auto payload = std::make_shared<std::string>();
  engineio::append_packet(*payload, PacketType::kMessage, text);
  send_payload(std::move(payload));
}

void EngineSession::send_binary(std::string_view bytes) {
  if (closed_) return;
  if (websocket_ != nullptr) {
    websocket_->send_binary(bytes);
    return;
  }
  auto payload = std::make_shared<std::string>();
  engineio::append_binary_to_payload(*payload, bytes);
  send_payload(std::move(payload));
}

std::size_t EngineSession::backlog_bytes() const {
  if (websocket_ != nullptr) return websocket_->backlog_bytes();
  return polling_ ? polling_->payload_bytes : 0;
}

bool EngineSession::writable() const {
  if (websocket_ != nullptr) return websocket_->backlog_bytes() == 0;
  return polling_ && polling_->poll && polling_->payloads.empty();
}

void EngineSession::on_packet(const engineio::Packet& packet) {
  switch (packet.type) {
    case PacketType::kMessage:
      if (packet.binary) {
        layer_->on_binary(packet.data);
      } else {
        layer_->on_text(packet.data);
      }
      return;
    case PacketType::kPong:
      if (!awaits_pong_) return;
      awaits_pong_ = false;
      shard_.timers().arm(*this, shard_.clock().steady_ms() + server_.options().ping_interval_ms);
      return;
    case PacketType::kNoop:
      return;
    case PacketType::kClose:
      end(protocol::CloseCode::kNormal, PacketType::kNoop);
      return;
    case PacketType::kOpen:
    case PacketType::kPing:  // in protocol 4 only the server pings
    case PacketType::kUpgrade:
      close();
      return;
  }
}

void EngineSession::on_text(Connection& connection, std::string_view text) {
  if (&connection == probe()) {
    on_probe_text(text);
    return;
  }
  const auto packet = engineio::decode_packet(text);
  if (packet.has_error()) {
    close();
  } else {
    on_packet(*packet);
  }
}

void EngineSession::on_binary(Connection& connection, std::string_view bytes) {
  if (&connection == probe()) {
    connection.abort();
  } else {
    layer_->on_binary(bytes);
  }
}

// -------------------------------------------------------------------------------------------------
// Upgrade: the client probes the WebSocket, stops polling, and then says so. Until then all that it
// is owed waits in Polling::payloads, so nothing is lost or overtaken.

void EngineSession::probe(Connection& connection) {
  polling_->probe = &connection;
  connection.set_user(*this);
}

void EngineSession::on_probe_text(std::string_view text) {
  if (text == "2probe") {
    polling_->probed = true;
    probe()->send_text("3probe");
    flush();
    answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  } else if (text == "5" && polling_->probed) {
    finish_upgrade();
  } else {
    probe()->abort();
  }
}

void EngineSession::finish_upgrade() {
  websocket_ = probe();
  websocket_->confirm_probe();
  layer_->update_routes();
  answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  const std::string owed = take_payload();
  polling_.reset();
  engineio::PayloadReader reader(owed);
  for (auto packet = reader.next(); !owed.empty() && packet.has_value() && packet->has_value();
       packet = reader.next()) {
    if ((*packet)->binary) {
      websocket_->send_binary((*packet)->data);
    } else {
      websocket_->send_text((*packet)->data, engineio::type_char((*packet)->type));
    }
  }
}

void EngineSession::on_too_many_messages() {
  if (closed_) return;
  layer_->refuse({kCloseTooManyMessages, "too_many_messages", std::string(kTooManyMessages)});
  close(static_cast<protocol::CloseCode>(kCloseTooManyMessages));
}

void EngineSession::on_websocket_closed(Connection& connection) {
  if (&connection == probe()) {
    polling_->probe = nullptr;
    polling_->probed = false;
  } else if (&connection == websocket_) {
    websocket_ = nullptr;
    close();
  }
}

// -------------------------------------------------------------------------------------------------
// End

bool EngineSession::overdue() const {
  return awaits_pong_ && shard_.clock().steady_ms() >= deadline_ms();
}

void EngineSession::on_timer() {
  if (awaits_pong_) {
    close();
    return;
  }
  awaits_pong_ = true;
  const char ping = engineio::type_char(PacketType::kPing);
  if (websocket_ != nullptr) {
    websocket_->send_text({}, ping);
  } else {
    send_payload(std::make_shared<const std::string>(1, ping));
  }
  // From when the ping was due, so that a late timer does not make the client's time longer.
  shard_.timers().arm(*this, deadline_ms() + server_.options().ping_timeout_ms);
}

void EngineSession::close(protocol::CloseCode code) { end(code, PacketType::kClose); }

void EngineSession::end(protocol::CloseCode code, PacketType farewell) {
  if (std::exchange(closed_, true)) return;
  TimerWheel::disarm(*this);
  if (layer_) layer_->closed();
  flush();
  answer_poll(std::string(1, engineio::type_char(farewell)));
  if (Connection* const probing = probe()) probing->abort();
  if (Connection* websocket = std::exchange(websocket_, nullptr)) {
    websocket->close_websocket(code, {});
  }
  shard_.bury(*this);
}

}  // namespace tillcast::realtime
