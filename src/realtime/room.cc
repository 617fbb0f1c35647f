#include "realtime/room.h"

#include <algorithm>
#include <map>
#include <utility>

#include "realtime/connection.h"
#include "realtime/server.h"
#include "realtime/shard.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

Room::Room(Space& space, std::string name) : space_(space), name_(std::move(name)), batch_(space) {}

Peer& Room::member(std::size_t index) const { return *space_.shard().peers_.at(members_[index]); }

std::vector<Peer*> Room::members() const {
  std::vector<Peer*> peers;
  peers.reserve(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) peers.push_back(&member(i));
  return peers;
}

void Room::publish(SharedPublication publication, const Peer* except) {
  if (members_.empty()) return;
  if (batch_.empty()) space_.mark_dirty(*this);
  batch_.add(std::move(publication), except, space_.published_++);
}

void Room::flush() {
  // Sending ends no peer before the turn does, so the list stays as it is.
  auto pass_over = passed_over_.begin();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (pass_over != passed_over_.end() && *pass_over == i) {
      ++pass_over;
      continue;
    }
    const Route route = routes_[i];
    if (batch_.has_exceptions() || !space_.shard().is_clear(route.wire)) {
      batch_.send_to(member(i));
      continue;
    }
    const Batch::Bytes& bytes = batch_.buffer(route.form);
    const std::size_t taken = space_.shard().send(route.wire, *bytes);
    if (taken < bytes->size()) member(i).connection()->owe_frames(bytes, taken);
  }
  passed_over_.clear();
  batch_.clear();
}

Space::Space(Shard& shard, const Namespace& nsp)
    : shard_(shard),
      nsp_(nsp.name()),
      parser_(nsp.server().options().parser),
      epoch_(nsp.server().recovery_epoch()) {}

Room* Space::find(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

void Space::publish(std::string_view room, SharedPublication publication, const Peer* except) {
  came_to(publication->place);
  if (Room* const found = find(room)) {
    found->publish(std::move(publication), except);
  } else if (Socket* const socket = sockets_.find(room); socket != nullptr && socket != except) {
    socket->send(*publication);
  }
}

void Space::send(const std::vector<Peer*>& peers, const Publication& publication) {
  came_to(publication.place);
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
  opened.number_ = numbered_.insert(&opened).index;
  rooms_.emplace(opened.name(), std::move(room));
  return opened;
}

void Space::close_if_empty(Room& room) {
  if (room.size() > 0) return;
  std::erase(dirty_, &room);
  numbered_.erase(room.number());
  rooms_.erase(rooms_.find(room.name()));
}

void Space::mark_dirty(Room& room) {
  if (dirty_.empty()) shard_.mark_dirty(*this);
  dirty_.push_back(&room);
}

void Space::flush() {
  if (dirty_.size() > 1) send_to_members_of_several();
  for (Room* const room : dirty_) room->flush();
  dirty_.clear();
}

std::vector<Peer*> Space::members_of_several() const {
  // Whoever is in two rooms is in one that is not the largest, and that one need not be walked.
  const Room* const largest =
      *std::max_element(dirty_.begin(), dirty_.end(),
                        [](const Room* a, const Room* b) { return a->size() < b->size(); });
  std::vector<Peer*> found;
  for (const Room* const room : dirty_) {
    if (room == largest) continue;
    for (Peer* const member : room->members()) {
      const auto all = member->memberships_.all();
      const auto dirty = std::count_if(all.begin(), all.end(),
                                       [&](Membership m) { return this->room(m).dirty(); });
      if (dirty > 1) found.push_back(member);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void Space::send_to_members_of_several() {
  const std::vector<Peer*> peers = members_of_several();
  if (peers.empty()) return;
  // Those who are in the same rooms share the bytes.
  std::map<std::vector<const Batch*>, Batch> merged;
  for (Peer* const peer : peers) {
    std::vector<const Batch*> batches;
    for (const Membership membership : peer->memberships_.all()) {
      Room& dirty = room(membership);
      if (!dirty.dirty()) continue;
      batches.push_back(&dirty.batch_);
      dirty.passed_over_.push_back(membership.index);
    }
    std::sort(batches.begin(), batches.end());
    const auto [entry, is_new] = merged.try_emplace(batches, *this);
    if (is_new) entry->second.merge(batches);
    entry->second.send_to(*peer);
  }
  for (Room* const room : dirty_) std::sort(room->passed_over_.begin(), room->passed_over_.end());
}

}  // namespace tillcast::realtime
