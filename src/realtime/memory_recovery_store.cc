#include "realtime/memory_recovery_store.h"

#include <algorithm>
#include <utility>

namespace tillcast::realtime {

namespace {

constexpr std::size_t kEpochLength = 12;

std::size_t bytes_of(const Publication& publication) {
  std::size_t bytes = publication.event_json.size();
  for (const auto& attachment : publication.attachments) bytes += attachment.size();
  return bytes;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether the session was to be sent the event, had it been there.
bool is_owed(const SavedSession& session, std::optional<EventPlace> last, const Emission& to,
             EventPlace place) {
  if (to.nsp != session.nsp || to.without_sid == session.sid) return false;
  if (contains(to.except, session.sid)) return false;
  bool owed = false;
  for (const SavedRoom& room : session.rooms) {
    if (contains(to.except, room.name)) return false;
    // An id is the room of its socket, which is in it for as long as it is there at all.
    const bool is_for_it =
        contains(to.rooms, room.name) ||
        (room.name.empty() && (to.to_sid == session.sid || contains(to.rooms, session.sid)));
    owed = owed || (is_for_it && place > room.resume_after(last));
  }
  return owed;
}

}  // namespace

MemoryRecoveryStore::MemoryRecoveryStore(const Clock& clock, Random& random,
                                         MemoryRecoveryOptions options)
    : clock_(clock), options_(options), epoch_(random_token(random, kEpochLength)) {}

void MemoryRecoveryStore::forget_old_sessions(std::size_t sessions_max) {
  const std::int64_t now_ms = clock_.steady_ms();
  while (!away_.empty()) {
    const auto& [since_ms, pid] = away_.front();
    const auto found = sessions_.find(pid);
    const bool is_away =
        found != sessions_.end() && !found->second.held && found->second.away_since_ms == since_ms;
    if (is_away) {
      if (since_ms + options_.keep_ms > now_ms && sessions_.size() <= sessions_max) return;
      sessions_.erase(found);
    }
    away_.pop_front();
  }
}

void MemoryRecoveryStore::save(SavedSession session, Saved done) {
  bool saved = false;
  {
    const std::lock_guard lock(mutex_);
    const bool is_new = !sessions_.contains(session.pid);
    if (is_new) forget_old_sessions(options_.sessions_max - 1);
    saved = !is_new || sessions_.size() < options_.sessions_max;
    std::string pid = session.pid;
    if (saved) sessions_[std::move(pid)] = Kept{std::move(session)};
  }
  if (done) done(saved);
}

void MemoryRecoveryStore::find(std::string pid, Found done) {
  std::optional<SavedSession> session;
  {
    const std::lock_guard lock(mutex_);
    forget_old_sessions(options_.sessions_max);
    if (const auto found = sessions_.find(pid); found != sessions_.end()) {
      session = found->second.session;
    }
  }
  done(std::move(session));
}

void MemoryRecoveryStore::release(std::string pid) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(pid);
  if (found == sessions_.end()) return;
  found->second.held = false;
  found->second.away_since_ms = clock_.steady_ms();
  away_.emplace_back(found->second.away_since_ms, std::move(pid));
  forget_old_sessions(options_.sessions_max);
}

void MemoryRecoveryStore::forget(std::string pid) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(pid);
}

void MemoryRecoveryStore::drop_event() {
  const Event& event = events_.front();
  const EventPlace place = event.publication->place;
  if (!event.to.to_sid.empty()) dropped_[{event.to.nsp, event.to.to_sid}] = place;
  for (const auto& room : event.to.rooms) dropped_[{event.to.nsp, room}] = place;
  if (dropped_.size() > options_.events_max) {
    dropped_before_ = std::max(dropped_before_, EventPlace::after(place.lsn));
    dropped_.clear();
  }
  bytes_ -= bytes_of(*event.publication);
  events_.pop_front();
}

void MemoryRecoveryStore::drop_old_events() {
  const std::int64_t oldest_ms = clock_.steady_ms() - options_.keep_ms;
  while (!events_.empty() && (events_.size() > options_.events_max || bytes_ > options_.bytes_max ||
                              events_.front().at_ms < oldest_ms)) {
    drop_event();
  }
}

void MemoryRecoveryStore::record(const Emission& emission,
                                 const std::shared_ptr<Publication>& publication) {
  const std::lock_guard lock(mutex_);
  if (emission.to_sid.empty()) {
    last_ = {last_.lsn + 1, last_.index};
    publication->place = {last_.lsn, 0};
  } else {
    // Indexes only go up, so that a socket's own events stand in their order on every loop.
    publication->place = {std::max<std::uint64_t>(emission.after.lsn, 1), ++last_.index};
    last_.lsn = std::max(last_.lsn, publication->place.lsn);
  }
  bytes_ += bytes_of(*publication);
  events_.push_back({emission, publication, clock_.steady_ms()});
  drop_old_events();
}

std::shared_ptr<const Missed> MemoryRecoveryStore::missed_by(const SavedSession& session,
                                                             std::optional<EventPlace> last) const {
  if (last && (last->lsn > last_.lsn || last->index > last_.index)) return nullptr;
  for (const SavedRoom& room : session.rooms) {
    const EventPlace after = room.resume_after(last);
    const auto is_gone = [&](const Target& target) {
      const auto found = dropped_.find(target);
      return found != dropped_.end() && found->second > after;
    };
    if (dropped_before_ > after || is_gone({session.nsp, room.name})) return nullptr;
    if (room.name.empty() && is_gone({session.nsp, session.sid})) return nullptr;
  }
  auto missed = std::make_shared<Missed>();
  std::size_t bytes = 0;
  for (const Event& event : events_) {
    if (!is_owed(session, last, event.to, event.publication->place)) continue;
    missed->events.push_back(event.publication);
    bytes += bytes_of(*event.publication);
  }
  if (missed->events.size() > limits::kRecoveryEventsMax || bytes > limits::kRecoveryBytesMax) {
    return nullptr;
  }
  std::stable_sort(missed->events.begin(), missed->events.end(),
                   [](const auto& a, const auto& b) { return a->place < b->place; });
  missed->end = EventPlace::after(last_.lsn);
  return missed;
}

void MemoryRecoveryStore::missed(const SavedSession& session, std::optional<EventPlace> last,
                                 MissedDone done) {
  std::shared_ptr<const Missed> found;
  {
    const std::lock_guard lock(mutex_);
    drop_old_events();
    found = missed_by(session, last);
  }
  done(std::move(found));
}

}  // namespace tillcast::realtime
