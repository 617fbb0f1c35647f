#include "realtime/room.h"

#include <algorithm>
#include <utility>

#include "realtime/connection.h"
#include "realtime/shard.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

void Room::publish(SharedPublication publication, const Peer* except) {
  if (members_.empty()) return;
  if (!listed_) {
    listed_ = true;
    space_.shard().mark_dirty(*this);
  }
  has_exceptions_ = has_exceptions_ || except != nullptr;
  pending_.push_back({std::move(publication), except});
}

const Room::Bytes& Room::buffer(Form form) {
  Bytes& bytes = buffers_.at(form);
  if (bytes && !bytes->empty()) return bytes;
  if (!bytes) bytes = std::make_shared<std::string>();
  for (const Pending& pending : pending_) {
    append_encoded(*bytes, form, space_, *pending.publication);
  }
  return bytes;
}

void Room::flush() {
  if (pending_.empty()) return;
  // Sending ends no peer before the turn does, so the list stays as it is.
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Route route = routes_[i];
    if (has_exceptions_ || !space_.shard().is_clear(route.wire)) {
      send_to(*members_[i]);
      continue;
    }
    const Bytes& bytes = buffer(route.form);
    const std::size_t taken = space_.shard().send(route.wire, *bytes);
    if (taken < bytes->size()) members_[i]->connection()->owe_frames(bytes, taken);
  }
  pending_.clear();
  has_exceptions_ = false;
  buffers_.clear();
}

void Room::send_to(Peer& peer) {
  const bool excepted =
      has_exceptions_ && std::any_of(pending_.begin(), pending_.end(),
                                     [&](const Pending& p) { return p.except == &peer; });
  if (excepted) {
    for (const Pending& pending : pending_) {
      if (pending.except != &peer) peer.send_now(*pending.publication);
    }
    return;
  }
  const Form form = peer.form();
  const Bytes& bytes = buffer(form);
  if (bytes->empty()) return;
  if (form.encoding == Encoding::kSocketIoPayload) {
    peer.deliver_payload(bytes);
  } else if (Connection* const connection = peer.connection()) {
    connection->send_frames(bytes);
  }
}

Room* Space::find(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

void Space::publish(std::string_view room, SharedPublication publication, const Peer* except) {
  if (Room* const found = find(room)) {
    found->publish(std::move(publication), except);
  } else if (Socket* const socket = sockets_.find(room); socket != nullptr && socket != except) {
    socket->send(*publication);
  }
}

void Space::send(const std::vector<Peer*>& peers, const Publication& publication) const {
  FormBuffers built;
  for (Peer* const peer : peers) {
    const Form form = peer->form();
    auto& bytes = built.at(form);
    if (!bytes) {
      bytes = std::make_shared<std::string>();
      append_encoded(*bytes, form, *this, publication);
    }
    if (bytes->empty()) continue;
    peer->flush_rooms();
    peer->deliver(bytes);
  }
}

Room& Space::open(std::string_view name) {
  if (Room* const found = find(name)) return *found;
  auto room = std::make_unique<Room>(*this, std::string(name));
  Room& opened = *room;
  rooms_.emplace(opened.name(), std::move(room));
  return opened;
}

void Space::close_if_empty(Room& room) {
  if (room.size() > 0) return;
  shard_.forget(room);
  rooms_.erase(rooms_.find(room.name()));
}

}  // namespace tillcast::realtime
