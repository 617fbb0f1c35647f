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

EngineSession& EngineSession::create(Shard& shard, Server& server, std::string sid, Origin origin) {
  auto session = std::make_unique<EngineSession>(shard, server, std::move(sid), std::move(origin));
  EngineSession& created = *session;
  shard.sessions_.emplace(created.sid(), std::move(session));
  return created;
}

EngineSession::EngineSession(Shard& shard, Server& server, std::string sid, Origin origin)
    : shard_(shard), server_(server), sid_(std::move(sid)) {
  origin.request.body.clear();
  origin_ = std::make_unique<const Origin>(std::move(origin));
}

EngineSession::~EngineSession() = default;

const EngineSession::Origin& EngineSession::origin() const {
  static const Origin kDropped;
  return origin_ ? *origin_ : kDropped;
}

std::string EngineSession::open_packet() const {
  std::string packet;
  engineio::Open open;
  open.sid = sid_;
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
    layer_ = std::make_unique<SocketIoClient>(*this);
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
  if (poll_) {
    // Two polls at once: the client has lost track of its own (engine.io ends the session too).
    reply.send(bad_request());
    close();
    return false;
  }
  poll_ = reply;
  if (probed_ && payloads_.empty()) {
    answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  } else {
    flush();
  }
  return poll_.has_value();
}

void EngineSession::poll_cancelled() {
  // What the poll was answered with may be lost, so the client cannot go on.
  poll_.reset();
  close();
}

void EngineSession::receive(HttpReply reply, const protocol::HttpRequest& post) {
  post_ = &post;
  engineio::PayloadReader reader(post.body);
  bool valid = true;
  bool too_many = false;
  while (!closed_) {
    const auto packet = reader.next();
    valid = packet.has_value();
    if (!valid || !packet->has_value()) break;
    const Rate& rate = server_.options().messages_per_connection;
    too_many = polled_in_.take(rate, shard_.clock().steady_ms()) != 0;
    if (too_many) break;
    on_packet(**packet);
  }
  post_ = nullptr;
  // Whose poll waits is told by that, and a refused POST could overtake it.
  const bool untold = too_many && !poll_;
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
  body.reserve(payload_bytes_ + payloads_.size());
  for (const auto& payload : payloads_) {
    if (!body.empty()) body.push_back(engineio::kSeparator);
    body.append(*payload);
  }
  payloads_.clear();
  payload_bytes_ = 0;
  return body;
}

void EngineSession::answer_poll(std::string body) {
  if (!poll_) return;
  const HttpReply reply = *std::exchange(poll_, std::nullopt);
  reply.send(text_response(200, std::move(body)));
}

void EngineSession::flush() {
  dirty_ = false;
  if (poll_ && !payloads_.empty()) {
    answer_poll(take_payload());
    doomed_ = false;
  } else if (doomed_ && !closed_) {
    close();
  }
}

void EngineSession::send_payload(const Outbox::Bytes& payload) {
  if (closed_ || doomed_) return;
  payloads_.push_back(payload);
  payload_bytes_ += payload->size();
  // Too slow. Whoever sends may be walking through a room, so the end comes with the flush.
  doomed_ = payload_bytes_ > server_.options().outbox_bytes_max;
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
  return websocket_ != nullptr ? websocket_->backlog_bytes() : payload_bytes_;
}

bool EngineSession::writable() const {
  if (websocket_ != nullptr) return websocket_->backlog_bytes() == 0;
  return poll_.has_value() && payloads_.empty();
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
  if (&connection == probe_) {
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
  if (&connection == probe_) {
    connection.abort();
  } else {
    layer_->on_binary(bytes);
  }
}

// -------------------------------------------------------------------------------------------------
// Upgrade: the client probes the WebSocket, stops polling, and then says so. Until then all that it
// is owed waits in payloads_, so nothing is lost or overtaken.

void EngineSession::probe(Connection& connection) {
  probe_ = &connection;
  connection.set_user(*this);
}

void EngineSession::on_probe_text(std::string_view text) {
  if (text == "2probe") {
    probed_ = true;
    probe_->send_text("3probe");
    flush();
    answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  } else if (text == "5" && probed_) {
    finish_upgrade();
  } else {
    probe_->abort();
  }
}

void EngineSession::finish_upgrade() {
  websocket_ = std::exchange(probe_, nullptr);
  probed_ = false;
  websocket_->confirm_probe();
  layer_->update_routes();
  answer_poll(std::string(1, engineio::type_char(PacketType::kNoop)));
  if (payloads_.empty()) return;
  const std::string owed = take_payload();
  engineio::PayloadReader reader(owed);
  for (auto packet = reader.next(); packet.has_value() && packet->has_value();
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
  if (&connection == probe_) {
    probe_ = nullptr;
    probed_ = false;
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
  if (Connection* probe = std::exchange(probe_, nullptr)) probe->abort();
  if (Connection* websocket = std::exchange(websocket_, nullptr)) {
    websocket->close_websocket(code, {});
  }
  shard_.bury(*this);
}

}  // namespace tillcast::realtime
