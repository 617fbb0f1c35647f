// Connection state recovery for a server that has no log: sessions and the last events, in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "realtime/recovery_store.h"

namespace tillcast::realtime {

struct MemoryRecoveryOptions {
  std::size_t sessions_max = limits::kMemoryRecoverySessionsMax;
  std::size_t events_max = limits::kMemoryRecoveryEventsMax;
  std::size_t bytes_max = limits::kMemoryRecoveryBytesMax;
  /// How long events are kept, and sessions that nobody holds.
  std::int64_t keep_ms = limits::kMemoryRecoveryKeepMs;
};

/// Any thread; everything is done and answered within the call. Nothing of it outlives the process.
/// Above a limit the oldest events go, and the sessions that are away the longest; when sockets
/// hold them all, a new one is not kept.
class MemoryRecoveryStore final : public RecoveryStore {
 public:
  MemoryRecoveryStore(const Clock& clock, Random& random, MemoryRecoveryOptions options = {});

  [[nodiscard]] const std::string& epoch() const override { return epoch_; }

  void save(SavedSession session, Saved done) override;
  void find(std::string pid, Found done) override;
  void release(std::string pid) override;
  void forget(std::string pid) override;

  void missed(const SavedSession& session, std::optional<EventPlace> last,
              MissedDone done) override;

  [[nodiscard]] bool records() const override { return true; }
  void record(const Emission& emission, const std::shared_ptr<Publication>& publication) override;

 private:
  struct Kept {
    SavedSession session;
    bool held = true;
    std::int64_t away_since_ms = 0;
  };
  struct Event {
    Emission to;
    SharedPublication publication;
    std::int64_t at_ms;
  };
  /// A namespace, and a room of it or the id of a socket.
  using Target = std::pair<std::string, std::string>;

  /// Forgets who was away for too long, and while there are too many, who is away the longest.
  void forget_old_sessions(std::size_t sessions_max);
  void drop_old_events();
  void drop_event();
  [[nodiscard]] std::shared_ptr<const Missed> missed_by(const SavedSession& session,
                                                        std::optional<EventPlace> last) const;

  const Clock& clock_;
  const MemoryRecoveryOptions options_;
  const std::string epoch_;

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Kept> sessions_;
  /// Those that are away, the longest first; entries may be out of date.
  std::deque<std::pair<std::int64_t, std::string>> away_;
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
  EventPlace last_{};
  /// The last event that was dropped, by whom it was for. What was dropped up to dropped_before_ is
  /// not told apart.
  std::map<Target, EventPlace> dropped_;
  EventPlace dropped_before_{};
};

}  // namespace tillcast::realtime
