// Copies the write-ahead log of a database back into its file (sqlite.org/wal.html, section 2.1)
// on a thread of its own: the copy waits for the disk longer than a commit does, and commits need
// not wait for it.
#pragma once

#include <condition_variable>
#include <mutex>
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

/// Owns its connection and its thread. start() and the destructor: one thread.
class Checkpointer {
 public:
  /// Throws StorageFailure.
  explicit Checkpointer(const ConnectionOptions& options);
  /// Waits for a copy that is under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// Has the log copied back, once more if that is under way. Returns at once.
  void start();

 private:
  void run();

  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::storage
