// Removes what has ended and nobody asks for any more: sessions, refresh tokens, idempotency keys.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "storage/commit_thread.h"

namespace tillcast::app {

/// Owns a thread that sleeps nearly always; its work is done by the commit thread.
class Housekeeping {
 public:
  Housekeeping(storage::CommitThread& commits, const Clock& clock);
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  void run();
  void clean();

  storage::CommitThread& commits_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::app
