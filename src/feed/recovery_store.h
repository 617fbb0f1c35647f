// Connection state recovery on the change log: what a session missed is read from the log and told
// as it was told live, so it survives a crash of the server and costs no memory. Sessions are rows
// of the database (recovery_rows.h).
//
// Rows are written by the commit thread, many in one command and one command at a time, so that a
// crowd that reconnects never fills its queue.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "feed/loop_streams.h"
#include "feed/projection.h"
#include "realtime/recovery_store.h"
#include "storage/database.h"

namespace tillcast::feed {

/// Brings a write to the commit thread; `done` is told whether it is durable, on any thread,
/// perhaps before the call returns. `write` may be called again after a failed group.
using PostWrite = std::function<void(std::function<void(storage::Transaction&)> write,
                                     std::function<void(bool committed)> done)>;

/// What one recovery may bring back.
struct MissedLimits {
  std::size_t events_max = limits::kRecoveryEventsMax;
  std::size_t bytes_max = limits::kRecoveryBytesMax;
};

/// The session has another room in which the same is told.
bool is_told_elsewhere(const Message& message, const realtime::SavedSession& session);

/// What the session's rooms got after its client's last event; null if the log does not have all of
/// it any more, or it is too much. Throws StorageFailure.
std::shared_ptr<const realtime::Missed> read_missed(storage::Queries& queries,
                                                    const Projection& projection,
                                                    const realtime::SavedSession& session,
                                                    std::optional<realtime::EventPlace> last,
                                                    const MissedLimits& limits = {});

/// Any thread. Limits: limits::kRecovery*.
class LogRecoveryStore final : public realtime::RecoveryStore {
 public:
  /// `projection` and `clock` outlive it.
  /// `process` is storage::Database::process_number.
  LogRecoveryStore(PostRead read, PostWrite write, const Projection& projection, std::string epoch,
                   const Clock& clock, std::int64_t process = 0, MissedLimits missed_limits = {});

  [[nodiscard]] const std::string& epoch() const override { return epoch_; }

  void save(realtime::SavedSession session, Saved done) override;
  void claim(realtime::SavedSession session, Saved done) override;
  void find(std::string pid, Found done) override;
  void release(std::string pid) override;
  void forget(std::string pid) override;

  void missed(const realtime::SavedSession& session, std::optional<realtime::EventPlace> last,
              MissedDone done) override;

  /// Nothing is read or written from now on.
  void stop();

 private:
  /// What is to be written of one session; the last word counts.
  struct Row {
    std::optional<realtime::SavedSession> session{};
    std::optional<std::int64_t> released_ms{};
    bool forgotten = false;
    std::vector<Saved> done{};
  };
  /// Sessions that sockets of other servers hold.
  using Refused = std::set<std::string>;
  using Rows = std::unordered_map<std::string, Row>;
  /// Who waits for the same read.
  using Readers = std::vector<MissedDone>;

  /// The session's row to be written; null if there is no room for one more. Under the lock.
  Row* queued(const std::string& pid);
  void write_next();
  [[nodiscard]] Refused write_rows(storage::Transaction& transaction, const Rows& rows);
  void written(const Rows& rows, bool committed, const Refused& refused);
  /// What is still to be written of it; nothing if the table has all. Under the lock.
  [[nodiscard]] const Row* unwritten(const std::string& pid) const;
  [[nodiscard]] Readers take_readers(const std::string& key);

  PostRead read_;
  PostWrite write_;
  const Projection& projection_;
  const std::string epoch_;
  const Clock& clock_;
  const std::int64_t process_;
  const MissedLimits limits_;
  /// Of the commit thread: rows since they were counted.
  std::size_t uncounted_ = 0;

  mutable std::mutex mutex_;
  bool stopped_ = false;
  Rows queue_;
  std::deque<std::string> order_;
  std::shared_ptr<const Rows> writing_;
  std::map<std::string, Readers> reading_;
};

}  // namespace tillcast::feed
