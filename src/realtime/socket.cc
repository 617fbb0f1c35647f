#include "realtime/socket.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/timer_wheel.h"
#include "protocol/socketio.h"
#include "realtime/engine_session.h"
#include "realtime/room.h"
#include "realtime/server.h"
#include "realtime/shard.h"
#include "realtime/socket_io_client.h"

namespace tillcast::realtime {

namespace socketio = protocol::socketio;
namespace json = boost::json;

/// An answer that the client owes; gives up when its time is over.
struct Socket::PendingAck final : Timer {
  PendingAck(Socket& owner, std::uint64_t number, AckHandler then)
      : socket(owner), id(number), handler(std::move(then)) {}
  ~PendingAck() = default;
  void on_timer() override {
    const auto self = std::move(socket.acks_.at(id));
    socket.acks_.erase(id);
    handler(socket, nullptr);
  }

  Socket& socket;
  std::uint64_t id;
  AckHandler handler;
};

bool Ack::operator()(const json::array& values, std::vector<std::string> attachments) const {
  return send_json(json::serialize(values), std::move(attachments));
}

bool Ack::send_json(std::string values_json, std::vector<std::string> attachments) const {
  if (attachments.size() > limits::kAttachmentsMax) return false;
  if (!id_) return true;
  socket_.run([id = *id_, values = std::move(values_json), attachments = std::move(attachments)](
                  Peer& peer) { static_cast<Socket&>(peer).send_ack(id, values, attachments); });
  return true;
}

Socket::Socket(SocketIoClient& client, Namespace& nsp, Space& space, std::string id,
               json::value auth)
    : Peer(space), client_(client), nsp_(nsp), id_(std::move(id)), auth_(std::move(auth)) {}

Socket::~Socket() = default;

void Socket::on(std::string event, EventHandler handler) {
  if (!handlers_) handlers_ = std::make_unique<std::map<std::string, EventHandler, std::less<>>>();
  (*handlers_)[std::move(event)] = std::move(handler);
}

bool Socket::emit(std::string_view event, const json::array& values,
                  const std::vector<std::string>& attachments) {
  if (!nsp_.may_emit(event, attachments.size())) return false;
  send(Publication{event_text(event, values), {}, attachments});
  return true;
}

bool Socket::emit_volatile(std::string_view event, const json::array& values,
                           const std::vector<std::string>& attachments) {
  if (!nsp_.may_emit(event, attachments.size())) return false;
  if (writable()) emit(event, values, attachments);
  return true;
}

bool Socket::emit_with_ack(std::string_view event, const json::array& values,
                           std::int64_t timeout_ms, AckHandler handler,
                           const std::vector<std::string>& attachments) {
  if (!nsp_.may_emit(event, attachments.size())) {
    handler(*this, nullptr);
    return false;
  }
  ask(event_text(event, values), timeout_ms, std::move(handler), attachments);
  return true;
}

void Socket::ask(std::string_view event_json, std::int64_t timeout_ms, AckHandler handler,
                 const std::vector<std::string>& attachments) {
  if (acks_.size() >= limits::kPendingAcksMax || !connected_) {
    handler(*this, nullptr);
    return;
  }
  flush_rooms();
  const std::uint64_t id = next_ack_++;
  auto pending = std::make_unique<PendingAck>(*this, id, std::move(handler));
  shard().timers().arm(*pending, shard().clock().steady_ms() + timeout_ms);
  acks_.emplace(id, std::move(pending));
  std::string packet;
  socketio::append_event(packet, nsp_.name(), id, event_json, attachments.size());
  send_packet(packet, attachments);
}

Broadcast Socket::to(std::string room) const { return {nsp_, std::move(room), ref()}; }

Broadcast Socket::broadcast() const { return to(""); }

void Socket::send_packet(std::string_view packet, const std::vector<std::string>& attachments) {
  EngineSession& session = client_.session();
  session.send_message(packet);
  for (const auto& attachment : attachments) session.send_binary(attachment);
}

void Socket::send_ack(std::uint64_t id, std::string_view array_json,
                      const std::vector<std::string>& attachments) {
  flush_rooms();
  std::string packet;
  socketio::append_ack(packet, nsp_.name(), id, array_json, attachments.size());
  send_packet(packet, attachments);
}

void Socket::send_now(const Publication& publication) {
  if (publication.event_json.empty() || !connected_) return;
  std::string packet;
  socketio::append_event(packet, nsp_.name(), std::nullopt, publication.event_json,
                         publication.attachments.size());
  send_packet(packet, publication.attachments);
}

void Socket::deliver_payload(const std::shared_ptr<const std::string>& payload) {
  client_.session().send_payload(payload);
}

Encoding Socket::encoding() const {
  return client_.session().on_polling() ? Encoding::kSocketIoPayload : Encoding::kSocketIoFrames;
}

Connection* Socket::connection() const { return client_.session().websocket(); }

std::size_t Socket::backlog_bytes() const { return client_.session().backlog_bytes(); }

bool Socket::writable() const { return connected_ && client_.session().writable(); }

const protocol::HttpRequest& Socket::handshake() const { return client_.session().handshake(); }

void Socket::drop_handshake() { client_.session().drop_handshake(); }

const std::string& Socket::address() const { return client_.session().origin().address; }

std::int64_t Socket::issued_ms() const { return client_.session().origin().at_ms; }

json::object Socket::handshake_details() const {
  const protocol::HttpRequest& request = handshake();
  json::object headers;
  for (const auto& [name, value] : request.headers) {
    if (json::value* const before = headers.if_contains(name)) {
      before->as_string() += (name == "cookie" ? "; " : ", ") + value;
    } else {
      headers[name] = value;
    }
  }
  json::object query;
  const auto question = request.target.find('?');
  if (question != std::string::npos) {
    const auto text = std::string_view(request.target).substr(question + 1);
    for (const auto& [name, value] : protocol::query_parameters(text)) query[name] = value;
  }
  json::object details;
  details["xdomain"] = request.header("origin") != nullptr;
  details["headers"] = std::move(headers);
  details["time"] = protocol::http_date(issued_ms() / 1000);
  details["issued"] = issued_ms();
  details["address"] = address();
  details["secure"] = false;
  details["url"] = request.target;
  details["query"] = std::move(query);
  details["auth"] = auth_.is_null() ? json::value(json::object()) : auth_;
  return details;
}

void Socket::handle_event(Arguments& arguments, const Ack& ack) {
  if (!arguments.values.front().is_string()) return;
  const json::string name = std::move(arguments.values.front().as_string());
  arguments.values.erase(arguments.values.begin());
  const std::string_view event(name.data(), name.size());
  // A handler may replace the table it is in, so it is copied out of the socket's own.
  if (handlers_) {
    if (const auto own = handlers_->find(event); own != handlers_->end()) {
      const EventHandler handler = own->second;
      handler(*this, arguments, ack);
      return;
    }
  }
  const auto shared = nsp_.handlers_.find(event);
  if (shared != nsp_.handlers_.end()) shared->second(*this, arguments, ack);
}

void Socket::handle_ack(std::uint64_t id, Arguments& arguments) {
  const auto found = acks_.find(id);
  if (found == acks_.end()) return;
  const auto pending = std::move(found->second);
  acks_.erase(found);
  pending->handler(*this, &arguments);
}

void Socket::confirm() {
  connected_ = true;
  space().sockets().add(*this);
  std::string open = "{\"sid\":\"" + id_ + "\"}";
  std::string packet;
  socketio::append_connect(packet, nsp_.name(), open);
  send_packet(packet);
  join("");
  if (nsp_.connected_) nsp_.connected_(*this);
}

void Socket::closed() {
  leave_all();
  space().sockets().remove(*this);
  auto owed = std::move(acks_);
  acks_.clear();
  for (auto& [id, pending] : owed) pending->handler(*this, nullptr);
  if (std::exchange(connected_, false) && nsp_.disconnected_) nsp_.disconnected_(*this);
}

void Socket::disconnect(bool close) {
  EngineSession& session = client_.session();
  client_.remove(*this, true);
  if (close) session.close();
}

void Socket::refuse(const Refusal& refusal) {
  json::object why;
  why["code"] = refusal.code;
  why["detail"] = refusal.detail;
  emit("error", {why});
  disconnect();
}

}  // namespace tillcast::realtime
