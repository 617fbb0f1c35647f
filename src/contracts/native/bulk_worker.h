// Work that takes a while and belongs to no loop and no reader: imports, seeds, backups. One at a
// time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tillcast::contracts {

/// Owns its thread. post() from any thread. It ends before what its work uses.
class BulkWorker {
 public:
  /// Jobs that wait; past it a caller is told to come again.
  static constexpr std::size_t kQueuedMax = 4;

  BulkWorker();
  /// Finishes the job at hand; those that wait are dropped.
  ~BulkWorker();
  BulkWorker(const BulkWorker&) = delete;
  BulkWorker& operator=(const BulkWorker&) = delete;

  /// False, and the job is not taken, if too many wait.
  [[nodiscard]] bool post(std::function<void()> job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::contracts
