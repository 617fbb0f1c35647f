// A few threads that read, each on a snapshot connection of its own, so that no loop ever waits for
// the disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "storage/database.h"

namespace tillcast::storage {

/// Owns its readers and threads. post() from any thread.
class ReaderPool {
 public:
  /// Runs in one snapshot, on a pool thread. `queries` is null if the read cannot be done (the
  /// queue is full, or the database failed in the middle); it is then called, in the second case
  /// once more, so that its caller can say so. A full queue is told on the caller's thread.
  using Read = std::function<void(Queries* queries)>;

  /// `snapshots` counts the reads that were given a snapshot.
  ReaderPool(Database& database, std::size_t threads, std::size_t queued_reads_max,
             Counter& snapshots, FailureReport report = {});
  /// Does the reads that are queued, then stops.
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  void post(Read read);

 private:
  void run(Reader& reader);

  std::size_t queued_reads_max_;
  Counter& snapshots_;
  FailureReport report_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Read> queue_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::vector<std::thread> threads_;
};

}  // namespace tillcast::storage
