#include "feed/recovery_store.h"

#include <algorithm>
#include <array>

#include "auth/policy.h"
#include "commerce/room_filter.h"
#include "feed/log_pages.h"
#include "feed/recovery_rows.h"

namespace tillcast::feed {

using realtime::EventPlace;
using realtime::Missed;
using realtime::SavedRoom;
using realtime::SavedSession;

namespace {

/// Written rows after which the table is counted again.
constexpr std::size_t kRowsUncountedMax = 1'000;

/// Sessions that are owed the same have the same key.
std::string key_of(const SavedSession& session, const std::optional<EventPlace>& last) {
  std::string key = last ? std::to_string(last->lsn) + "\n" : std::string();
  for (const SavedRoom& room : session.rooms) {
    const EventPlace after = room.resume_after(last);
    key.append(room.name).append(" ").append(std::to_string(after.lsn)).append(":");
    key.append(std::to_string(after.index)).append("\n");
  }
  return key;
}

/// Whether a message of some room can have that index.
bool can_have_index(const Projection& projection, std::uint32_t index) {
  using enum auth::RoomKind;
  constexpr std::array kKinds = {kMarket, kShop, kDesk, kUser, kAdmin};
  return std::any_of(kKinds.begin(), kKinds.end(), [&](auth::RoomKind kind) {
    return index <= projection.last_index({kind, {}});
  });
}

/// Appends what one room got after `after`; false if the log does not have all of it.
bool append_missed(storage::Queries& queries, const Projection& projection,
                   const SavedSession& session, const SavedRoom& room, EventPlace after,
                   const MissedLimits& limits, std::vector<realtime::SharedPublication>& out) {
  const auto name = auth::parse_room(room.name);
  if (!name) return false;
  // Other messages of the same change may be missing.
  const bool has_change = after.lsn == 0 || after.index >= projection.last_index(*name);
  const Lsn since{has_change ? after.lsn : after.lsn - 1};
  const WholePage whole = read_whole_transactions(queries, commerce::room_filter(*name), since,
                                                  limits.events_max, limits.bytes_max);
  if (!whole.page.exact || !whole.page.complete || since > whole.page.head) return false;
  std::vector<Message> messages;
  project_page(projection, *name, whole.page, messages);
  for (const Message& message : messages) {
    if (message.publication->place <= after || is_told_elsewhere(message, session)) continue;
    out.push_back(message.publication);
  }
  return true;
}

}  // namespace

bool is_told_elsewhere(const Message& message, const SavedSession& session) {
  const auto& rooms = message.unless_in;
  return !rooms.empty() &&
         std::any_of(session.rooms.begin(), session.rooms.end(), [&](const SavedRoom& room) {
           return std::find(rooms.begin(), rooms.end(), room.name) != rooms.end();
         });
}

std::shared_ptr<const Missed> read_missed(storage::Queries& queries, const Projection& projection,
                                          const SavedSession& session,
                                          std::optional<EventPlace> last,
                                          const MissedLimits& limits) {
  const auto missed = std::make_shared<Missed>();
  missed->end = EventPlace::after(storage::log_position(queries).lsn.get());
  if (last && *last > missed->end) return nullptr;
  if (last && !can_have_index(projection, last->index)) return nullptr;
  for (const SavedRoom& room : session.rooms) {
    if (!append_missed(queries, projection, session, room, room.resume_after(last), limits,
                       missed->events)) {
      return nullptr;
    }
  }
  std::size_t bytes = 0;
  for (const auto& event : missed->events) bytes += event->event_json.size();
  if (missed->events.size() > limits.events_max || bytes > limits.bytes_max) return nullptr;
  std::stable_sort(missed->events.begin(), missed->events.end(),
                   [](const auto& a, const auto& b) { return a->place < b->place; });
  return missed;
}

LogRecoveryStore::LogRecoveryStore(PostRead read, PostWrite write, const Projection& projection,
                                   std::string epoch, const Clock& clock, std::int64_t process,
                                   MissedLimits missed_limits)
    : read_(std::move(read)),
      write_(std::move(write)),
      projection_(projection),
      epoch_(std::move(epoch)),
      clock_(clock),
      process_(process),
      limits_(missed_limits) {}

void LogRecoveryStore::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  queue_.clear();
  order_.clear();
}

LogRecoveryStore::Row* LogRecoveryStore::queued(const std::string& pid) {
  if (const auto found = queue_.find(pid); found != queue_.end()) return &found->second;
  if (stopped_ || queue_.size() >= limits::kRecoveryWritesQueuedMax) return nullptr;
  order_.push_back(pid);
  return &queue_[pid];
}

void LogRecoveryStore::save(SavedSession session, Saved done) {
  bool is_queued = false;
  {
    const std::lock_guard lock(mutex_);
    if (Row* const row = queued(session.pid)) {
      is_queued = true;
      row->session = std::move(session);
      row->released_ms.reset();
      row->forgotten = false;
      if (done) row->done.push_back(std::move(done));
    }
  }
  if (is_queued) {
    write_next();
    // NOLINTNEXTLINE(bugprone-use-after-move): it was moved only if it is queued.
  } else if (done) {
    done(false);
  }
}

void LogRecoveryStore::claim(SavedSession session, Saved done) {
  if (process_ != 0) return save(std::move(session), std::move(done));
  // There is no other server.
  save(std::move(session), {});
  done(true);
}

void LogRecoveryStore::release(std::string pid) {
  {
    const std::lock_guard lock(mutex_);
    Row* const row = queued(pid);
    if (row == nullptr) return;
    row->released_ms = clock_.unix_ms();
  }
  write_next();
}

void LogRecoveryStore::forget(std::string pid) {
  {
    const std::lock_guard lock(mutex_);
    Row* const row = queued(pid);
    if (row == nullptr) return;
    row->session.reset();
    row->forgotten = true;
  }
  write_next();
}

void LogRecoveryStore::write_next() {
  std::shared_ptr<const Rows> rows;
  {
    const std::lock_guard lock(mutex_);
    if (writing_ || order_.empty()) return;
    Rows next;
    while (!order_.empty() && next.size() < limits::kRecoveryWritesPerCommandMax) {
      next.insert(queue_.extract(order_.front()));
      order_.pop_front();
    }
    rows = writing_ = std::make_shared<const Rows>(std::move(next));
  }
  const auto refused = std::make_shared<Refused>();
  write_([this, rows, refused](
             storage::Transaction& transaction) { *refused = write_rows(transaction, *rows); },
         [this, rows, refused](bool committed) { written(*rows, committed, *refused); });
}

LogRecoveryStore::Refused LogRecoveryStore::write_rows(storage::Transaction& transaction,
                                                       const Rows& rows) {
  Refused refused;
  for (const auto& [pid, row] : rows) {
    if (row.forgotten) {
      delete_session(transaction, pid, process_);
      continue;
    }
    if (row.session && !write_session(transaction, *row.session, epoch_, process_)) {
      refused.insert(pid);
      continue;
    }
    if (row.released_ms) release_session(transaction, pid, process_, *row.released_ms);
  }
  uncounted_ += rows.size();
  if (uncounted_ >= kRowsUncountedMax) {
    uncounted_ = 0;
    limit_recovery_sessions(transaction, limits::kRecoverySessionsMax);
  }
  return refused;
}

void LogRecoveryStore::written(const Rows& rows, bool committed, const Refused& refused) {
  {
    const std::lock_guard lock(mutex_);
    writing_.reset();
  }
  for (const auto& [pid, row] : rows) {
    for (const Saved& done : row.done) done(committed && !refused.contains(pid));
  }
  write_next();
}

const LogRecoveryStore::Row* LogRecoveryStore::unwritten(const std::string& pid) const {
  if (const auto found = queue_.find(pid); found != queue_.end()) {
    if (found->second.session || found->second.forgotten) return &found->second;
  }
  if (!writing_) return nullptr;
  const auto found = writing_->find(pid);
  if (found == writing_->end()) return nullptr;
  return found->second.session || found->second.forgotten ? &found->second : nullptr;
}

void LogRecoveryStore::find(std::string pid, Found done) {
  {
    std::optional<SavedSession> session;
    std::unique_lock lock(mutex_);
    if (const Row* const row = unwritten(pid)) {
      session = row->session;
      lock.unlock();
      return done(std::move(session));
    }
  }
  read_([this, pid = std::move(pid), done = std::move(done)](storage::Queries* queries) {
    if (queries == nullptr) return done(std::nullopt);
    done(find_session(*queries, pid, epoch_, process_,
                      clock_.unix_ms() - limits::kRecoverySessionTtlMs));
  });
}

LogRecoveryStore::Readers LogRecoveryStore::take_readers(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto taken = reading_.extract(key);
  return taken ? taken.mapped() : Readers();
}

void LogRecoveryStore::missed(const SavedSession& session, std::optional<EventPlace> last,
                              MissedDone done) {
  std::string key = key_of(session, last);
  {
    const std::lock_guard lock(mutex_);
    Readers& readers = reading_[key];
    readers.push_back(std::move(done));
    if (readers.size() > 1) return;
  }
  // Whoever comes after the read began needs a newer one.
  const auto readers = std::make_shared<Readers>();
  read_([this, session, last, key = std::move(key), readers](storage::Queries* queries) {
    if (readers->empty()) *readers = take_readers(key);
    std::shared_ptr<const Missed> missed;
    if (queries != nullptr) missed = read_missed(*queries, projection_, session, last, limits_);
    for (const MissedDone& tell : std::exchange(*readers, {})) tell(missed);
  });
}

}  // namespace tillcast::feed
