#include "contracts/native/bulk_worker.h"

#include <utility>

namespace tillcast::contracts {

BulkWorker::BulkWorker() : thread_([this] { run(); }) {}

BulkWorker::~BulkWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_one();
  thread_.join();
}

bool BulkWorker::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= kQueuedMax) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void BulkWorker::run() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace tillcast::contracts
