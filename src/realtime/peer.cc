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

Peer::Peer(Space& space) : space_(space), slot_(shard().peers_.insert(this).index) {}

Peer::~Peer() { retire(); }

Shard& Peer::shard() const { return space_.shard(); }

PeerRef Peer::ref() const { return {shard(), shard().peers_.handle(slot_)}; }

void Peer::retire() {
  leave_all();
  if (slot_ != kNoSlot) shard().peers_.erase(std::exchange(slot_, kNoSlot));
}

bool Peer::join(std::string_view name) {
  if (slot_ == kNoSlot) return false;
  if (in(name)) return true;
  if (memberships_.size() >= limits::kRoomsPerSocketMax) return false;
  if (name.size() > limits::kRoomNameBytesMax) return false;
  Room& room = space_.open(name);
  // What the room was sent before this moment is not for the newcomer.
  if (room.dirty()) space_.flush();
  memberships_.add({room.number(), static_cast<std::uint32_t>(room.members_.size())});
  room.members_.push_back(slot_);
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
  for (const Membership& m : memberships_.all()) space_.room(m).routes_[m.index] = route;
}

void Peer::leave(std::string_view name) {
  // The room of everybody is left with the peer's end alone.
  if (!name.empty()) leave_room(name);
}

void Peer::leave_room(std::string_view name) {
  for (std::size_t i = 0; i < memberships_.size(); ++i) {
    const Membership membership = memberships_.all()[i];
    Room& room = space_.room(membership);
    if (room.name() != name) continue;
    // What it was owed as a member it still gets.
    if (room.dirty()) space_.flush();
    memberships_.remove(i);
    Peer& last = room.member(room.size() - 1);
    room.members_[membership.index] = room.members_.back();
    room.members_.pop_back();
    room.routes_[membership.index] = room.routes_.back();
    room.routes_.pop_back();
    if (&last != this) {
      for (Membership& other : last.memberships_.all()) {
        if (other.room == membership.room) other.index = membership.index;
      }
    }
    space_.close_if_empty(room);
    rooms_changed();
    return;
  }
}

bool Peer::in(std::string_view name) const {
  const auto all = memberships_.all();
  return std::any_of(all.begin(), all.end(),
                     [&](Membership m) { return space_.room(m).name() == name; });
}

std::vector<std::string> Peer::rooms() const {
  std::vector<std::string> names = all_rooms();
  std::erase(names, "");
  return names;
}

std::vector<std::string> Peer::all_rooms() const {
  std::vector<std::string> names;
  for (const Membership m : memberships_.all()) names.push_back(space_.room(m).name());
  return names;
}

void Peer::leave_all() {
  while (memberships_.size() > 0) {
    leave_room(std::string(space_.room(memberships_.all().back()).name()));
  }
}

void Peer::flush_rooms() {
  const auto all = memberships_.all();
  const auto dirty = [&](Membership m) { return space_.room(m).dirty(); };
  if (std::any_of(all.begin(), all.end(), dirty)) space_.flush();
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
