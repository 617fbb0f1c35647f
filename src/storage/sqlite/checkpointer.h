// Copies the write-ahead log of a database back into its file (sqlite.org/wal.html, section 2.1)
// on a thread of its own: the copy waits for the disk longer than a commit does, and commits need
// not wait for it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "storage/sqlite/connection.h"

namespace tillcast::storage {

/// How far a checkpoint came, in pages.
struct Checkpoint {
  /// False if another one is under way, or the disk failed; the log is whole then and grows on.
  bool ran = false;
  int logged = 0;
  /// Fewer than `logged` if a reader's snapshot, or what was written meanwhile, held it back.
  int copied = 0;
};

/// Copies what it can without waiting for anybody (SQLITE_CHECKPOINT_PASSIVE). SQLite starts the
/// log anew at the next commit that finds all of it copied.
Checkpoint copy_log_back(Connection& connection);

/// SQLite before 3.44.6, 3.50.7 and 3.51.3 may damage a database in which a checkpoint begins on a
/// log that is wholly copied while another connection commits, and so starts the log anew
/// (sqlite.org/wal.html#walresetbug). So start() begins on no such log, and nobody else copies
/// while last() gives nothing: until a copy is done, the log cannot start anew.
///
/// Owns its connection and its thread. One thread calls.
class Checkpointer {
 public:
  /// Throws StorageFailure.
  explicit Checkpointer(const ConnectionOptions& options);
  /// Waits for what was started.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// Has the log copied back, which is `logged` pages long by the last commit. False, and nothing
  /// is done, if it is wholly copied or a copy is under way. Returns at once.
  bool start(int logged);
  /// How far the last copy came; nothing while one is under way.
  [[nodiscard]] std::optional<Checkpoint> last();
  /// The same, once none is under way.
  [[nodiscard]] Checkpoint wait();

 private:
  void run();

  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::optional<Checkpoint> last_ = Checkpoint{};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::storage
