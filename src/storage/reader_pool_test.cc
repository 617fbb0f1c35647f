// What storage/reader_pool.h promises, on every engine.
#include "storage/reader_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "storage/engine_test.h"

namespace tillcast::storage {
namespace {

using testing::HasSubstr;

// What a read touches is declared before the pool: the pool's end waits for its threads.
class ReaderPoolContract : public EngineTest {
 protected:
  Counter snapshots_;
};
TILLCAST_ON_EVERY_ENGINE(ReaderPoolContract);

TEST_P(ReaderPoolContract, a_read_is_one_snapshot_on_a_thread_of_the_pool) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) { put_thing(t, "a"); });
  std::promise<void> first_query;
  std::promise<void> committed;
  std::promise<std::pair<Lsn, Lsn>> seen;
  std::promise<Lsn> next;
  ReaderPool pool(*database_, 2, 10, snapshots_);
  pool.post([&](Queries* queries) {
    const Lsn before = log_position(*queries).lsn;
    first_query.set_value();
    committed.get_future().wait();
    seen.set_value({before, log_position(*queries).lsn});
  });
  first_query.get_future().wait();
  commit(*writer, [](Transaction& t) { put_thing(t, "b"); });
  committed.set_value();
  EXPECT_EQ(seen.get_future().get(), std::pair(Lsn(1), Lsn(1)));

  pool.post([&](Queries* queries) { next.set_value(log_position(*queries).lsn); });
  EXPECT_EQ(next.get_future().get(), Lsn{2});
  EXPECT_EQ(snapshots_.value(), 2U);
}

TEST_P(ReaderPoolContract, reads_run_beside_each_other) {
  std::promise<void> here;
  std::promise<void> there;
  std::promise<void> done;
  ReaderPool pool(*database_, 2, 10, snapshots_);
  pool.post([&](Queries*) {
    here.set_value();
    there.get_future().wait();
    done.set_value();
  });
  pool.post([&](Queries*) {
    here.get_future().wait();
    there.set_value();
  });
  done.get_future().wait();
}

TEST_P(ReaderPoolContract, a_full_queue_is_told_on_the_caller_s_thread) {
  std::promise<void> running;
  std::promise<void> gate;
  ReaderPool pool(*database_, 1, 1, snapshots_);
  pool.post([&](Queries*) {
    running.set_value();
    gate.get_future().wait();
  });
  running.get_future().wait();
  pool.post([](Queries* queries) { EXPECT_NE(queries, nullptr); });
  std::thread::id refused_on;
  pool.post([&](Queries* queries) {
    EXPECT_EQ(queries, nullptr);
    refused_on = std::this_thread::get_id();
  });
  EXPECT_EQ(refused_on, std::this_thread::get_id());
  gate.set_value();
}

TEST_P(ReaderPoolContract, a_read_that_fails_is_called_once_more_without_a_database) {
  std::promise<std::string> report;
  std::promise<void> told;
  std::promise<Lsn> next;
  std::atomic<int> calls = 0;
  ReaderPool pool(*database_, 1, 10, snapshots_,
                  [&](std::string_view text) { report.set_value(std::string(text)); });
  pool.post([&](Queries* queries) {
    ++calls;
    if (queries == nullptr) return told.set_value();
    queries->query("SELECT nothing FROM nowhere", {}, [](const Row&) {});
  });
  told.get_future().wait();
  EXPECT_EQ(calls, 2);
  EXPECT_THAT(report.get_future().get(), HasSubstr("nowhere"));

  pool.post([&](Queries* queries) { next.set_value(log_position(*queries).lsn); });
  EXPECT_EQ(next.get_future().get(), Lsn{0}) << "the connection must be usable again";
}

TEST_P(ReaderPoolContract, its_end_does_the_reads_that_are_queued) {
  std::atomic<int> done = 0;
  {
    ReaderPool pool(*database_, 2, 100, snapshots_);
    for (int i = 0; i < 50; ++i)
      pool.post([&](Queries* queries) { done += queries != nullptr ? 1 : 0; });
  }
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace tillcast::storage
