// What is done now and then, in steps that are short beside an order: removes what has ended and
// nobody asks for any more (sessions of users and of live connections, refresh tokens, idempotency
// keys, the old end of the log, pictures that nothing shows), and finishes what a command left over
// (reviews of products that were hidden).
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "storage/change_log.h"
#include "storage/commit_thread.h"

namespace tillcast::app {

/// Owns a thread that sleeps nearly always; its work is done by the commit thread.
class Housekeeping {
 public:
  /// Begins at once. `commits` and `clock` outlive it and what it has queued. Other servers may
  /// share the database, and end without having cleaned up.
  Housekeeping(storage::CommitThread& commits, const Clock& clock,
               const storage::LogRetention& history, bool is_shared);
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  void run();
  void clean();

  storage::CommitThread& commits_;
  const Clock& clock_;
  storage::LogRetention history_;
  bool is_shared_;
  /// Where the walk over the pictures is; touched by commands alone, which may outlive this.
  std::shared_ptr<std::string> last_picture_ = std::make_shared<std::string>();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::app
