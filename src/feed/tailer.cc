#include "feed/tailer.h"

#include <algorithm>
#include <set>

#include "commerce/room_filter.h"
#include "commerce/schema.h"
#include "commerce/sessions.h"
#include "feed/log_pages.h"

namespace tillcast::feed {

namespace {

/// Whether the change may give or take rights. Its user_id is whom it is about.
bool concerns_identity(const storage::Change& change) {
  return change.kind == commerce::kSessionKind ||
         change.kind == commerce::spec(commerce::Kind::kMember).name ||
         change.kind == commerce::spec(commerce::Kind::kUser).name;
}

}  // namespace

Tailer::Tailer(std::unique_ptr<storage::Reader> reader, Send send, std::size_t reread_changes_max)
    : reader_(std::move(reader)), send_(std::move(send)), reread_changes_max_(reread_changes_max) {
  reader_->snapshot(
      [this](storage::Queries& queries) { position_ = storage::log_position(queries); });
}

Tailer::OpenRoom* Tailer::find(storage::Audience audience, std::string_view key) const {
  const auto found = rooms_.find(RoomKey(audience, key));
  return found == rooms_.end() ? nullptr : found->second.get();
}

void Tailer::open(const auth::RoomName& name, Subscriber& subscriber, std::uint64_t token) {
  const storage::RoomFilter filter = commerce::room_filter(name);
  OpenRoom* room = find(filter.audience, filter.key);
  if (room == nullptr) {
    auto opened = std::make_unique<OpenRoom>();
    opened->name = name;
    opened->filter = filter;
    reader_->snapshot([&](storage::Queries& queries) {
      opened->head = storage::room_head(queries, filter, position_.lsn);
    });
    room = opened.get();
    rooms_.emplace(RoomKey(room->filter.audience, room->filter.key), std::move(opened));
  }
  room->subscribers.push_back(&subscriber);
  subscriber.opened(name, token, room->head, position_.lsn);
}

void Tailer::close(const auth::RoomName& name, Subscriber& subscriber) {
  const storage::RoomFilter filter = commerce::room_filter(name);
  const auto found = rooms_.find(RoomKey(filter.audience, filter.key));
  if (found == rooms_.end()) return;
  std::erase(found->second->subscribers, &subscriber);
  if (!found->second->subscribers.empty()) return;
  // The map's key looks into the room, so the entry goes first.
  const auto room = std::move(found->second);
  rooms_.erase(found);
}

bool Tailer::handle(const storage::CommittedBatch& batch) {
  if (batch.transactions.empty()) return true;
  // The batch is committed, so the log has it and what is missing before it. What was read back may
  // end inside of it.
  const bool inside = position_.lsn >= batch.first;
  read_up_to(inside ? batch.last : Lsn{batch.first.get() - 1});
  if (batch.first.get() == position_.lsn.get() + 1) tell(batch);
  return position_.lsn >= batch.last;
}

bool Tailer::catch_up(Lsn head) {
  read_up_to(head);
  return position_.lsn >= head;
}

/// A small hole is what other processes committed, and is told like any batch. A large one is what
/// this feed was too slow for.
void Tailer::read_up_to(Lsn end) {
  if (position_.lsn >= end) return;
  if (end.get() - position_.lsn.get() > reread_changes_max_) return read_back();
  storage::CommittedBatch batch;
  reader_->snapshot([&](storage::Queries& queries) {
    batch = storage::read_transactions(queries, position_.lsn, end.get() - position_.lsn.get());
  });
  std::size_t found = 0;
  for (const auto& transaction : batch.transactions) found += transaction.changes.size();
  // What the log no longer has of a committed stretch was pruned, and rooms may have lost of it.
  if (found < end.get() - position_.lsn.get()) return read_back();
  tell(batch);
}

void Tailer::read_back() {
  std::vector<OpenRoom*> rooms;
  std::vector<storage::RoomFilter> filters;
  for (const auto& [key, room] : rooms_) {
    rooms.push_back(room.get());
    filters.push_back(room->filter);
  }
  ReadBack found;
  reader_->snapshot([&](storage::Queries& queries) {
    found = feed::read_back(queries, filters, position_.lsn, reread_changes_max_);
  });
  std::vector<OpenRoom*> lost;
  for (const PrunedRoom& pruned : found.pruned) {
    // The chain goes on behind what nobody can read any more.
    rooms[pruned.room]->head = pruned.upto;
    lost.push_back(rooms[pruned.room]);
  }
  // Ended sessions are in no room that could be read, so everybody is verified again, before they
  // are told what came after.
  deliver(Delivery{Lsn{position_.lsn.get() + 1}, position_.lsn, {}, {}, {}, true}, {}, {});
  tell(found.batch, lost);
}

void Tailer::sort_into_rooms(const storage::Change& change, std::vector<OpenRoom*>& touched) const {
  const auto add = [&](storage::Audience audience, std::string_view key) {
    if ((change.audience & audience) == 0) return;
    OpenRoom* const room = find(audience, key);
    if (room == nullptr) return;
    if (room->slice.empty()) touched.push_back(room);
    room->slice.push_back(&change);
  };
  add(storage::kPublic, {});
  add(storage::kAdmin, {});
  if (!change.shop_id.empty()) {
    add(storage::kPublic, change.shop_id);
    add(storage::kDesk, change.shop_id);
  }
  if (!change.user_id.empty()) add(storage::kOwner, change.user_id);
}

void Tailer::project_slice(OpenRoom& room) const {
  for (const Subscriber* const subscriber : room.subscribers) {
    const Projection* const projection = &subscriber->projection();
    const auto same = [&](const Told& told) { return told.projection == projection; };
    if (std::none_of(room.told.begin(), room.told.end(), same)) {
      room.told.push_back({projection, std::make_shared<RoomMessages>()});
      room.told.back().messages->room = room.name;
    }
  }
  for (const Told& told : room.told) {
    told.projection->project(room.name, room.head, room.slice, told.messages->messages);
  }
  room.head = room.slice.back()->lsn;
  room.slice.clear();
}

void Tailer::tell(const storage::CommittedBatch& batch, const std::vector<OpenRoom*>& lost) {
  std::vector<RoomReset> resets;
  for (const OpenRoom* const room : lost) resets.push_back({room->name, room->head});
  std::vector<OpenRoom*> touched_in_batch;
  std::set<std::string> users;
  std::vector<OpenRoom*> touched;
  Lsn first = batch.first;
  const auto tell_up_to = [&](Lsn last) {
    position_.lsn = last;
    deliver(Delivery{first, last, {}, {}, {users.begin(), users.end()}}, resets, touched_in_batch);
    first = Lsn{last.get() + 1};
    users.clear();
    resets.clear();
    touched_in_batch.clear();
  };
  for (const storage::CommittedTransaction& transaction : batch.transactions) {
    // Whose rights were changed is told nothing more until they are known anew.
    if (!users.empty() && !transaction.changes.empty()) {
      tell_up_to(Lsn{transaction.changes.front().lsn.get() - 1});
    }
    touched.clear();
    for (const storage::Change& change : transaction.changes) {
      sort_into_rooms(change, touched);
      if (concerns_identity(change) && !change.user_id.empty()) users.insert(change.user_id);
    }
    for (OpenRoom* const room : touched) {
      if (room->told.empty()) touched_in_batch.push_back(room);
      project_slice(*room);
    }
  }
  tell_up_to(batch.last);
}

void Tailer::deliver(const Delivery& frame, const std::vector<RoomReset>& resets,
                     const std::vector<OpenRoom*>& touched) {
  // A loop a core and a contract a port: few enough to search.
  std::vector<std::pair<Subscriber*, std::shared_ptr<Delivery>>> deliveries;
  const auto delivery_to = [&](Subscriber* subscriber) -> Delivery& {
    for (const auto& [to, delivery] : deliveries) {
      if (to == subscriber) return *delivery;
    }
    return *deliveries.emplace_back(subscriber, std::make_shared<Delivery>(frame)).second;
  };
  if (frame.everybody_changed || !frame.users.empty()) {
    for (Subscriber* const subscriber : subscribers_) delivery_to(subscriber);
  }
  for (const RoomReset& reset : resets) {
    const storage::RoomFilter filter = commerce::room_filter(reset.room);
    for (Subscriber* const subscriber : find(filter.audience, filter.key)->subscribers) {
      delivery_to(subscriber).resets.push_back(reset);
    }
  }
  for (OpenRoom* const room : touched) {
    for (Subscriber* const subscriber : room->subscribers) {
      for (const Told& told : room->told) {
        if (told.projection != &subscriber->projection()) continue;
        delivery_to(subscriber).rooms.push_back(told.messages);
      }
    }
    room->told.clear();
  }
  for (const auto& [subscriber, delivery] : deliveries) send_(*subscriber, delivery);
}

}  // namespace tillcast::feed
