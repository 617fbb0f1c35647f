// Learns of the commits of other processes.
#pragma once

#include <thread>

#include "storage/database.h"
#include "storage/postgres/link.h"
#include "storage/postgres/postgres_writer.h"

namespace tillcast::storage {

/// Owns a connection that listens, and a thread. Beside what it is told it looks once a second, so
/// a lost connection delays changes and loses none.
class PostgresHeadWatch final : public HeadWatch {
 public:
  /// `home` and `own` outlive it.
  PostgresHeadWatch(const PostgresHome& home, const WriterPid& own, HeadSink moved,
                    FailureReport report);
  ~PostgresHeadWatch() override;
  PostgresHeadWatch(const PostgresHeadWatch&) = delete;
  PostgresHeadWatch& operator=(const PostgresHeadWatch&) = delete;

 private:
  enum class Wake { kStop, kReadable, kTimeout };

  void run();
  void listen();
  Wake wait(int timeout_ms);
  bool told_by_others();
  void tell_head();
  void failed(const StorageFailure& failure);

  const PostgresHome& home_;
  const WriterPid& own_;
  HeadSink moved_;
  FailureReport report_;
  PostgresLink link_;
  /// A report for the start of an outage, not for every try.
  bool failing_ = false;
  /// Readable when the thread shall end.
  int stop_fd_;
  std::thread thread_;
};

}  // namespace tillcast::storage
