#include "realtime/socket.h"

#include <boost/json/object.hpp>
#include <map>
#include <utility>

#include "base/timer_wheel.h"
#include "protocol/exact_json.h"
#include "protocol/socketio.h"
#include "realtime/engine_session.h"
#include "realtime/room.h"
#include "realtime/server.h"
#include "realtime/shard.h"
#include "realtime/socket_io_client.h"
#include "realtime/socket_recovery.h"

namespace tillcast::realtime {

using protocol::socketio::PacketType;
namespace json = boost::json;

/// An answer that the client owes; gives up when its time is over.
struct Socket::PendingAck final : Timer {
  PendingAck(Socket& owner, std::uint64_t number, AckHandler then)
      : socket(owner), id(number), handler(std::move(then)) {}
  ~PendingAck() = default;
  void on_timer() override;

  Socket& socket;
  std::uint64_t id;
  AckHandler handler;
};

/// What the client sent with CONNECT, until it is dropped; handlers of the socket's own; what its
/// client owes.
struct Socket::Extra {
  json::value auth;
  std::map<std::string, EventHandler, std::less<>> handlers;
  std::map<std::uint64_t, std::unique_ptr<PendingAck>> acks;
  std::uint32_t next_ack = 0;
};

void Socket::PendingAck::on_timer() {
  const auto self = std::move(socket.extra_->acks.at(id));
  socket.extra_->acks.erase(id);
  handler(socket, nullptr);
}

Ack::Ack(const Socket& socket, std::uint64_t id)
    : socket_(socket.ref()), id_(id), attachments_max_(socket.nsp().attachments_max()) {}

bool Ack::operator()(const json::array& values, std::vector<std::string> attachments) const {
  std::string text;
  protocol::append_exact_json(text, values);
  return send_json(std::move(text), std::move(attachments));
}

bool Ack::send_json(std::string values_json, std::vector<std::string> attachments) const {
  if (!id_) return true;
  if (attachments.size() > attachments_max_) return false;
  socket_.run([id = *id_, values = std::move(values_json), attachments = std::move(attachments)](
                  Peer& peer) { static_cast<Socket&>(peer).send_ack(id, values, attachments); });
  return true;
}

Socket::Socket(SocketIoClient& client, Namespace& nsp, Space& space, Sid id, json::value auth)
    : Peer(space), client_(client), nsp_(nsp), id_(id) {
  if (Recovery* const recovery = nsp_.server().recovery()) {
    recovery_ = std::make_unique<SocketRecovery>(*this, *recovery, auth);
  }
  if (!auth.is_null()) extra().auth = std::move(auth);
}

Socket::~Socket() = default;

void* Socket::operator new(std::size_t bytes, Shard& shard) {
  return shard.memory().allocate(bytes);
}

void Socket::operator delete(void* memory, Shard& shard) {
  shard.memory().deallocate(memory, sizeof(Socket));
}

void Socket::operator delete(Socket* self, std::destroying_delete_t) {
  Shard& shard = self->shard();
  self->~Socket();
  operator delete(self, shard);
}

Socket::Extra& Socket::extra() {
  if (!extra_) extra_ = std::make_unique<Extra>();
  return *extra_;
}

const json::value& Socket::auth() const {
  static const json::value kNone;
  return extra_ ? extra_->auth : kNone;
}

void Socket::drop_auth() {
  if (!extra_) return;
  extra_->auth = nullptr;
  if (extra_->handlers.empty() && extra_->next_ack == 0) extra_.reset();
}

void Socket::on(std::string event, EventHandler handler) {
  extra().handlers[std::move(event)] = std::move(handler);
}

bool Socket::emit(std::string_view event, const json::array& values,
                  const std::vector<std::string>& attachments) {
  if (!nsp_.may_emit(event, attachments.size())) return false;
  Publication publication{event_text(event, values), {}, attachments};
  const Recovery* const recovery = nsp_.server().recovery();
  if (recovery == nullptr || !recovery->store.records() || recovery_->pid().empty()) {
    send(publication);
    return true;
  }
  const auto recorded = std::make_shared<Publication>(std::move(publication));
  recovery->store.record(
      {.nsp = nsp_.name(), .to_sid = std::string(id()), .after = space().place()}, recorded);
  space().came_to(recorded->place);
  send(*recorded);
  return true;
}

bool Socket::emit_volatile(std::string_view event, const json::array& values,
                           const std::vector<std::string>& attachments) {
  if (!nsp_.may_emit(event, attachments.size())) return false;
  if (writable()) send(Publication{event_text(event, values), {}, attachments});
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
  if (!connected_ || extra().acks.size() >= limits::kPendingAcksMax) {
    handler(*this, nullptr);
    return;
  }
  flush_rooms();
  const std::uint64_t id = extra_->next_ack++;
  auto pending = std::make_unique<PendingAck>(*this, id, std::move(handler));
  shard().timers().arm(*pending, shard().clock().steady_ms() + timeout_ms);
  extra_->acks.emplace(id, std::move(pending));
  client_.send(PacketType::kEvent, nsp_.name(), id, event_json, attachments);
}

bool Socket::recovered() const { return recovery_ && recovery_->recovered(); }

void Socket::save_rooms(std::vector<SavedRoom> rooms, std::function<void(bool)> done) {
  if (recovery_) return recovery_->save(std::move(rooms), std::move(done));
  if (done) done(true);
}

void Socket::rooms_changed() {
  if (recovery_) recovery_->rooms_changed();
}

Broadcast Socket::to(std::string room) const {
  return {nsp_, std::move(room), ref(), std::string(id())};
}

Broadcast Socket::broadcast() const { return to(""); }

void Socket::send_ack(std::uint64_t id, std::string_view array_json,
                      const std::vector<std::string>& attachments) {
  flush_rooms();
  client_.send(PacketType::kAck, nsp_.name(), id, array_json, attachments);
}

void Socket::send_now(const Publication& publication, EventPlace place) {
  if (connected_) send_event(publication, place);
}

void Socket::send_event(const Publication& publication, EventPlace place) {
  if (publication.event_json.empty()) return;
  std::string array;
  append_event_array(array, publication, place, space().epoch());
  client_.send(PacketType::kEvent, nsp_.name(), std::nullopt, array, publication.attachments);
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
  details["auth"] = auth().is_null() ? json::value(json::object()) : auth();
  return details;
}

void Socket::handle_event(Arguments& arguments, const Ack& ack) {
  if (!arguments.values.front().is_string()) return;
  const json::string name = std::move(arguments.values.front().as_string());
  arguments.values.erase(arguments.values.begin());
  const std::string_view event(name.data(), name.size());
  // A handler may replace the table it is in, so it is copied out of the socket's own.
  if (extra_) {
    if (const auto own = extra_->handlers.find(event); own != extra_->handlers.end()) {
      const EventHandler handler = own->second;
      handler(*this, arguments, ack);
      return;
    }
  }
  const auto shared = nsp_.handlers_.find(event);
  if (shared != nsp_.handlers_.end()) shared->second(*this, arguments, ack);
}

void Socket::handle_ack(std::uint64_t id, Arguments& arguments) {
  if (!extra_) return;
  const auto found = extra_->acks.find(id);
  if (found == extra_->acks.end()) return;
  const auto pending = std::move(found->second);
  extra_->acks.erase(found);
  pending->handler(*this, &arguments);
}

void Socket::accept() {
  if (recovery_) {
    recovery_->begin();
  } else {
    confirm();
  }
}

void Socket::confirm() {
  connected_ = true;
  space().sockets().add(*this);
  std::string open = "{\"sid\":\"";
  open.append(id());
  if (recovery_ && !recovery_->pid().empty()) open.append("\",\"pid\":\"").append(recovery_->pid());
  open += "\"}";
  client_.send(PacketType::kConnect, nsp_.name(), std::nullopt, open);
  if (recovery_) recovery_->join_rooms();
  join("");
  if (nsp_.connected_) nsp_.connected_(*this);
}

void Socket::superseded() { client_.remove(*this, SocketIoClient::End::kByServer); }

void Socket::closed(bool for_good) {
  if (recovery_) recovery_->closed(for_good);
  leave_all();
  space().sockets().remove(*this);
  if (extra_) {
    const auto owed = std::exchange(extra_->acks, {});
    for (const auto& [id, pending] : owed) pending->handler(*this, nullptr);
  }
  if (std::exchange(connected_, false) && nsp_.disconnected_) nsp_.disconnected_(*this);
}

void Socket::disconnect(bool close) {
  EngineSession& session = client_.session();
  client_.remove(*this, SocketIoClient::End::kByServer);
  if (close) session.close();
}

void Socket::refuse(const Refusal& refusal) {
  tell_refusal(refusal);
  disconnect();
}

void Socket::tell_refusal(const Refusal& refusal) {
  json::object why;
  why["code"] = refusal.code;
  why["detail"] = refusal.detail;
  emit("error", {why});
}

}  // namespace tillcast::realtime
