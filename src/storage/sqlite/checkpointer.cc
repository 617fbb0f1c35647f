#include "storage/sqlite/checkpointer.h"

#include <utility>

namespace tillcast::storage {

Checkpoint copy_log_back(Connection& connection) {
  Checkpoint checkpoint;
  const int code =
      sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                &checkpoint.logged, &checkpoint.copied);
  checkpoint.ran = code == SQLITE_OK;
  return checkpoint;
}

Checkpointer::Checkpointer(const ConnectionOptions& options)
    : connection_(options), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::start() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    copy_log_back(connection_);
    lock.lock();
  }
}

}  // namespace tillcast::storage
