#include "storage/sqlite/checkpointer.h"

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

bool Checkpointer::start(int logged) {
  {
    const std::lock_guard lock(mutex_);
    if (!last_.has_value() || last_->copied == logged) return false;
    last_.reset();
  }
  wake_.notify_one();
  return true;
}

std::optional<Checkpoint> Checkpointer::last() {
  const std::lock_guard lock(mutex_);
  return last_;
}

Checkpoint Checkpointer::wait() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return last_.has_value(); });
  return *last_;
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !last_.has_value(); });
    if (last_.has_value()) return;
    lock.unlock();
    const Checkpoint checkpoint = copy_log_back(connection_);
    lock.lock();
    last_ = checkpoint;
    done_.notify_one();
  }
}

}  // namespace tillcast::storage
