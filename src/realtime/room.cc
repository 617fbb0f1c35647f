#include "realtime/room.h"

#include <algorithm>
#include <utility>

#include "protocol/engineio.h"
#include "protocol/socketio.h"
#include "protocol/websocket.h"
#include "realtime/connection.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace {

using protocol::Opcode;

/// The turn's buffer is used again if no outbox still holds it.
void recycle(std::shared_ptr<std::string>& bytes) {
  if (!bytes) return;
  if (bytes.use_count() == 1 && bytes->capacity() <= limits::kRoomBufferKeptBytesMax) {
    bytes->clear();
  } else {
    bytes.reset();
  }
}

void append_event_packet(std::string& out, std::string_view nsp, const Publication& publication) {
  out.push_back(protocol::engineio::type_char(protocol::engineio::PacketType::kMessage));
  protocol::socketio::append_event(out, nsp, std::nullopt, publication.event_json,
                                   publication.attachments.size());
}

}  // namespace

void Room::publish(SharedPublication publication, const Peer* except) {
  if (members_.empty()) return;
  if (!listed_) {
    listed_ = true;
    space_.shard().mark_dirty(*this);
  }
  has_exceptions_ = has_exceptions_ || except != nullptr;
  pending_.push_back({std::move(publication), except});
}

const Room::Bytes& Room::buffer(Peer::Encoding encoding) {
  Bytes& bytes = buffers_[static_cast<std::size_t>(encoding)];
  if (bytes && !bytes->empty()) return bytes;
  if (!bytes) bytes = std::make_shared<std::string>();
  std::string packet;
  for (const Pending& pending : pending_) {
    const Publication& publication = *pending.publication;
    if (encoding == Peer::Encoding::kTextFrames) {
      if (!publication.text.empty()) {
        protocol::append_frame(*bytes, Opcode::kText, publication.text);
      }
      continue;
    }
    if (publication.event_json.empty()) continue;
    packet.clear();
    append_event_packet(packet, space_.nsp(), publication);
    if (encoding == Peer::Encoding::kSocketIoFrames) {
      protocol::append_frame(*bytes, Opcode::kText, packet);
      for (const auto& attachment : publication.attachments) {
        protocol::append_frame(*bytes, Opcode::kBinary, attachment);
      }
    } else {
      protocol::engineio::append_to_payload(*bytes, packet);
      for (const auto& attachment : publication.attachments) {
        protocol::engineio::append_binary_to_payload(*bytes, attachment);
      }
    }
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
    const Bytes& bytes = buffer(route.encoding);
    const std::size_t taken = space_.shard().send(route.wire, *bytes);
    if (taken < bytes->size()) members_[i]->connection()->owe_frames(bytes, taken);
  }
  pending_.clear();
  has_exceptions_ = false;
  for (Bytes& bytes : buffers_) recycle(bytes);
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
  const Peer::Encoding encoding = peer.encoding();
  const Bytes& bytes = buffer(encoding);
  if (bytes->empty()) return;
  if (encoding == Peer::Encoding::kSocketIoPayload) {
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
  if (Room* const found = find(room)) found->publish(std::move(publication), except);
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
