#include "realtime/peer.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "realtime/connection.h"
#include "realtime/recovery_store.h"
#include "realtime/room.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

void PeerRef::run(std::function<void(Peer&)> action) const {
  if (shard_ == nullptr) return;
  if (shard_->is_this_thread()) {
    if (Peer* const peer = shard_->find(handle_)) action(*peer);
    return;
  }
  shard_->post([handle = handle_, action = std::move(action)](Shard& shard) {
    if (Peer* const peer = shard.find(handle)) action(*peer);
  });
}

void PeerRef::visit(std::function<void(Peer*)> action) const {
  if (shard_->is_this_thread()) return action(shard_->find(handle_));
  shard_->post(
      [handle = handle_, action = std::move(action)](Shard& shard) { action(shard.find(handle)); });
}

Peer* PeerRef::find() const { return shard_ == nullptr ? nullptr : shard_->find(handle_); }

Peer::Peer(Space& space) : space_(space), handle_(shard().peers_.insert(this)) {}

Peer::~Peer() { retire(); }

Shard& Peer::shard() const { return space_.shard(); }

void Peer::retire() {
  leave_all();
  if (std::exchange(retired_, true)) return;
  shard().peers_.erase(handle_);
}

bool Peer::join(std::string_view name) {
  if (retired_) return false;
  if (in(name)) return true;
  if (memberships_.size() >= limits::kRoomsPerSocketMax) return false;
  if (name.size() > limits::kRoomNameBytesMax) return false;
  Room& room = space_.open(name);
  // What the room was sent before this moment is not for the newcomer.
  if (room.dirty()) space_.flush();
  memberships_.push_back({&room, static_cast<std::uint32_t>(room.members_.size())});
  room.members_.push_back(this);
  room.routes_.emplace_back();
  update_routes();
  rooms_changed();
  return true;
}

Form Peer::form() const {
  const Connection* const stream = connection();
  const int window_bits = stream == nullptr ? 0 : stream->deflate_window_bits();
  return {encoding(), static_cast<std::uint8_t>(window_bits)};
}

void Peer::update_routes() {
  const Connection* const stream = connection();
  const Room::Route route{stream == nullptr ? kNoWire : stream->wire(), form()};
  for (const Membership& m : memberships_) m.room->routes_[m.index] = route;
}

void Peer::leave(std::string_view name) {
  // The room of everybody is left with the peer's end alone.
  if (!name.empty()) leave_room(name);
}

void Peer::leave_room(std::string_view name) {
  for (std::size_t i = 0; i < memberships_.size(); ++i) {
    if (memberships_[i].room->name() != name) continue;
    const Membership membership = memberships_[i];
    // What it was owed as a member it still gets.
    if (membership.room->dirty()) space_.flush();
    memberships_[i] = memberships_.back();
    memberships_.pop_back();
    auto& members = membership.room->members_;
    Peer* const last = members.back();
    members[membership.index] = last;
    members.pop_back();
    auto& routes = membership.room->routes_;
    routes[membership.index] = routes.back();
    routes.pop_back();
    if (last != this) {
      for (Membership& other : last->memberships_) {
        if (other.room == membership.room) other.index = membership.index;
      }
    }
    space_.close_if_empty(*membership.room);
    rooms_changed();
    return;
  }
}

bool Peer::in(std::string_view name) const {
  return std::any_of(memberships_.begin(), memberships_.end(),
                     [&](const Membership& m) { return m.room->name() == name; });
}

std::vector<std::string> Peer::rooms() const {
  std::vector<std::string> names = all_rooms();
  std::erase(names, "");
  return names;
}

std::vector<std::string> Peer::all_rooms() const {
  std::vector<std::string> names;
  for (const Membership& membership : memberships_) names.push_back(membership.room->name());
  return names;
}

void Peer::leave_all() {
  while (!memberships_.empty()) leave_room(std::string(memberships_.back().room->name()));
}

void Peer::flush_rooms() {
  const bool any = std::any_of(memberships_.begin(), memberships_.end(),
                               [](const Membership& m) { return m.room->dirty(); });
  if (any) space_.flush();
}

void Peer::send(const Publication& publication, EventPlace place) {
  flush_rooms();
  send_now(publication, place);
}

void Peer::save_rooms(std::vector<SavedRoom>, std::function<void(bool)> done) {
  if (done) done(true);
}

void Peer::deliver(const std::shared_ptr<std::string>& bytes) {
  if (encoding() == Encoding::kSocketIoPayload) {
    deliver_payload(bytes);
  } else if (Connection* const stream = connection()) {
    stream->queue_frames(bytes);
  }
}

void Peer::when_drained(std::function<void(Peer&)> action) {
  shard().when_drained(*this, std::move(action));
}

}  // namespace tillcast::realtime
