#include "feed/loop_streams.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "feed/changes_read.h"
#include "feed/event_channel.h"
#include "feed/peer_streams.h"

namespace tillcast::feed {

LoopStreams::LoopStreams(realtime::Shard& shard, const StreamParts& parts)
    : shard_(shard), parts_(parts) {
  parts_.feed.attach(*this);
  shard_.on_drain([this] { drain(); });
}

LoopStreams::~LoopStreams() = default;

RoomStream& LoopStreams::stream(const auth::RoomName& room) {
  std::unique_ptr<RoomStream>& stream = streams_[room.to_string()];
  if (!stream) {
    const std::uint64_t token = next_token_++;
    stream = std::make_unique<RoomStream>(shard_.space(parts_.nsp), room, token, parts_.replay);
    parts_.feed.open(room, *this, token);
  }
  return *stream;
}

void LoopStreams::close_if_unused(RoomStream& stream) {
  if (!stream.unused()) return;
  parts_.feed.close(stream.room(), *this);
  streams_.erase(streams_.find(stream.name()));
}

EventChannel& LoopStreams::channel(const std::vector<auth::RoomName>& rooms) {
  std::string name;
  for (const auth::RoomName& room : rooms) name.append(room.to_string()).push_back(' ');
  std::unique_ptr<EventChannel>& channel = channels_[name];
  if (!channel) channel = std::make_unique<EventChannel>(*this, name, rooms);
  return *channel;
}

void LoopStreams::close_if_unused(EventChannel& channel) {
  if (channel.unused()) channels_.erase(channels_.find(channel.name()));
}

void LoopStreams::opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at) {
  shard_.post(
      [this, room, token, head, at](realtime::Shard&) { on_opened(room, token, head, at); });
}

void LoopStreams::on_opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at) {
  const auto found = streams_.find(room.to_string());
  // Whoever asked may have left, and somebody else asked again.
  if (found == streams_.end() || found->second->token() != token) return;
  delivered_ = std::max(delivered_, at);
  RoomStream& stream = *found->second;
  stream.opened(head);
  for (RoomWatcher* const watcher : stream.watchers()) watcher->room_moved();
}

void LoopStreams::deliver(std::shared_ptr<const Delivery> delivery) {
  shard_.post([this, delivery = std::move(delivery)](realtime::Shard&) { on_delivery(*delivery); });
}

void LoopStreams::on_delivery(const Delivery& delivery) {
  std::vector<RoomPart> parts;
  std::vector<RoomWatcher*> watchers;
  for (const RoomReset& reset : delivery.resets) {
    const auto found = streams_.find(reset.room.to_string());
    if (found == streams_.end()) continue;
    found->second->lost(reset.upto, parts_.notices.reset(reset.room, ResetReason::kTooOld));
    const auto more = found->second->watchers();
    watchers.insert(watchers.end(), more.begin(), more.end());
  }
  for (const auto& messages : delivery.rooms) {
    const auto found = streams_.find(messages->room.to_string());
    // It may have been posted before the room was closed and asked for again.
    if (found == streams_.end() || !found->second->is_open()) continue;
    parts.push_back({found->second.get(), messages.get()});
    const auto more = found->second->watchers();
    watchers.insert(watchers.end(), more.begin(), more.end());
  }
  for (const RoomPart& part : parts) part.stream->begin_delivery(delivery);
  tell(parts);
  for (const RoomPart& part : parts) part.stream->end_delivery(delivery, *part.messages);
  delivered_ = delivery.last;
  for (RoomWatcher* const watcher : watchers) watcher->room_moved();
  identities_changed(delivery);
}

void LoopStreams::tell(const std::vector<RoomPart>& parts) {
  struct Told {
    RoomStream* stream;
    const Message* message;
  };
  std::vector<Told> all;
  for (const RoomPart& part : parts) {
    for (const Message& message : part.messages->messages) all.push_back({part.stream, &message});
  }
  if (parts.size() > 1) {
    std::stable_sort(all.begin(), all.end(), [](const Told& a, const Told& b) {
      return a.message->publication->place < b.message->publication->place;
    });
  }
  for (const Told& told : all) told.stream->tell(*told.message);
}

void LoopStreams::read_page(const auth::RoomName& room, Lsn since, PageDone done) {
  const PageKey key(room.to_string(), since);
  std::vector<PageDone>& waiting = reading_[key];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  parts_.read([this, room, key](storage::Queries* queries) {
    std::shared_ptr<ReplayPage> page;
    if (queries != nullptr) {
      page = std::make_shared<ReplayPage>(
          read_replay_page(*queries, parts_.projection, room, key.second, parts_.replay));
    }
    shard_.post([this, room, key, page](realtime::Shard&) {
      if (page == nullptr || auth::is_public(room)) return page_arrived(key, page.get());
      when_told(page->head, [this, key, page] { page_arrived(key, page.get()); });
    });
  });
}

void LoopStreams::when_told(Lsn lsn, std::function<void()> then) {
  if (delivered_ >= lsn) return then();
  parts_.feed.when_told(lsn, [this, then = std::move(then)](Lsn at) {
    shard_.post([this, then, at](realtime::Shard&) {
      delivered_ = std::max(delivered_, at);
      then();
    });
  });
}

void LoopStreams::page_arrived(const PageKey& key, const ReplayPage* page) {
  const auto waiting = reading_.extract(key);
  for (const PageDone& done : waiting.mapped()) done(page);
}

void LoopStreams::retry_later(realtime::Handle peer) {
  retries_.push_back(peer);
  if (!armed()) {
    shard_.timers().arm(*this, shard_.clock().steady_ms() + limits::kFeedRetryMs);
  }
}

void LoopStreams::on_timer() {
  for (const realtime::Handle handle : std::exchange(retries_, {})) {
    if (PeerStreams* const peer = find(handle)) peer->ask_for_page();
  }
}

void LoopStreams::read_changes(ChangesRequest request, ChangesDone done) {
  if (changes_reads_.size() >= limits::kLongPollsPerLoopMax) {
    return done(Problem{503, "busy", "Too many requests wait for changes. Try again in a while."});
  }
  const std::uint64_t id = next_read_++;
  const auto read = changes_reads_.emplace(
      id, std::make_unique<ChangesRead>(*this, id, std::move(request), std::move(done)));
  read.first->second->start();
}

void LoopStreams::end_read(std::uint64_t read) { changes_reads_.erase(read); }

void LoopStreams::watch(const std::string& user_id, IdentityWatcher& watcher) {
  watchers_.emplace(user_id, &watcher);
}

void LoopStreams::unwatch(const std::string& user_id, IdentityWatcher& watcher) {
  const auto [first, last] = watchers_.equal_range(user_id);
  const auto found =
      std::find_if(first, last, [&](const auto& entry) { return entry.second == &watcher; });
  if (found != last) watchers_.erase(found);
}

void LoopStreams::identities_changed(const Delivery& delivery) {
  if (delivery.users.empty() && !delivery.everybody_changed) return;
  identities_changed_ = delivery.last;
  std::vector<IdentityWatcher*> watchers;
  if (delivery.everybody_changed) {
    for (const auto& [user, watcher] : watchers_) watchers.push_back(watcher);
  } else {
    for (const std::string& user : delivery.users) {
      const auto [first, last] = watchers_.equal_range(user);
      for (auto entry = first; entry != last; ++entry) watchers.push_back(entry->second);
    }
  }
  const Lsn since{delivery.first.get() - 1};
  for (IdentityWatcher* const watcher : watchers) watcher->identity_changed(since);
}

void LoopStreams::drain() {
  std::vector<std::uint64_t> waiting;
  for (const auto& [id, read] : changes_reads_) waiting.push_back(id);
  for (const std::uint64_t id : waiting) {
    const auto found = changes_reads_.find(id);
    if (found != changes_reads_.end()) found->second->stop();
  }
}

}  // namespace tillcast::feed
