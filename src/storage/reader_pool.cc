#include "storage/reader_pool.h"

#include <exception>
#include <string>
#include <utility>

namespace tillcast::storage {

ReaderPool::ReaderPool(Database& database, std::size_t threads, std::size_t queued_reads_max,
                       Counter& snapshots, FailureReport report)
    : queued_reads_max_(queued_reads_max), snapshots_(snapshots), report_(std::move(report)) {
  for (std::size_t i = 0; i < threads; ++i) readers_.push_back(database.open_reader());
  for (const auto& reader : readers_) threads_.emplace_back([this, &reader] { run(*reader); });
}

ReaderPool::~ReaderPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ReaderPool::post(Read read) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue_.size() < queued_reads_max_) {
      queue_.push_back(std::move(read));
      read = nullptr;
    }
  }
  if (read != nullptr) {
    read(nullptr);
  } else {
    wake_.notify_one();
  }
}

void ReaderPool::run(Reader& reader) {
  for (;;) {
    Read read;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      read = std::move(queue_.front());
      queue_.pop_front();
    }
    try {
      reader.snapshot([this, &read](Queries& queries) {
        snapshots_.add();
        read(&queries);
      });
    } catch (const std::exception& failure) {
      if (report_) report_(std::string("a read failed: ") + failure.what());
      read(nullptr);
    }
  }
}

}  // namespace tillcast::storage
