// What storage/commit_thread.h promises, on every engine.
#include "storage/commit_thread.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <map>

#include "storage/engine_test.h"

namespace tillcast::storage {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

constexpr CommitThread::Options kOneGroup{.group_commands_max = 100,
                                          .queued_commands_max = 100,
                                          .group_bytes_max = 1'000'000,
                                          .group_run_ms_max = 600'000};

/// What happened, in order. Any thread.
class Journal {
 public:
  void add(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  [[nodiscard]] std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

/// What is to fail of a writer: its n-th begin() or commit(), counted from 1.
struct Failures {
  std::map<int, std::function<void()>> of_begin{};
  std::map<int, std::function<void()>> of_commit{};
};

template <class Failure>
std::function<void()> throwing(const char* what) {
  return [what] { throw Failure(what); };
}

/// The real writer of an engine, which also tells when it committed and rolled back, and fails when
/// it is to.
class JournalWriter final : public Writer {
 public:
  JournalWriter(std::unique_ptr<Writer> writer, Journal& journal, Failures failures)
      : writer_(std::move(writer)), journal_(journal), failures_(std::move(failures)) {}
  void begin() override {
    fail_if_wanted();
    writer_->begin();
  }
  void begin_without_savepoints() override {
    fail_if_wanted();
    writer_->begin_without_savepoints();
  }
  Transaction& begin_command() override { return writer_->begin_command(); }
  void keep_command() override { writer_->keep_command(); }
  void undo_command() override { writer_->undo_command(); }
  std::shared_ptr<const CommittedBatch> commit() override {
    const auto failure = failures_.of_commit.find(++committed_);
    if (failure != failures_.of_commit.end()) failure->second();
    auto batch = writer_->commit();
    journal_.add("commit");
    return batch;
  }
  void roll_back() noexcept override {
    writer_->roll_back();
    journal_.add("roll back");
  }
  [[nodiscard]] std::size_t group_bytes() const override { return writer_->group_bytes(); }
  void rest() noexcept override { writer_->rest(); }

 private:
  void fail_if_wanted() {
    if (const auto failure = failures_.of_begin.find(++begun_); failure != failures_.of_begin.end())
      failure->second();
  }

  std::unique_ptr<Writer> writer_;
  Journal& journal_;
  Failures failures_;
  int begun_ = 0;
  int committed_ = 0;
};

/// A command with a name that writes down when it ran and what it was answered.
class TestCommand final : public Command {
 public:
  using Run = std::function<bool(Transaction&)>;
  TestCommand(Journal& journal, std::string name, Run run, AnswerPlace place = {})
      : Command(std::move(place)),
        journal_(journal),
        name_(std::move(name)),
        run_(std::move(run)) {}
  bool run(Transaction& transaction) override {
    journal_.add("run " + name_);
    return run_(transaction);
  }
  void answer() override { journal_.add("answer " + name_); }
  void answer_failed(const Problem& problem) override {
    journal_.add("fail " + name_ + " " + std::to_string(problem.status) + " " + problem.code);
  }

 private:
  Journal& journal_;
  std::string name_;
  Run run_;
};

/// What happened after the last group that was given up: an engine may run one again because a
/// command of it was refused after it had written.
std::vector<std::string> since_roll_back(const std::vector<std::string>& events) {
  const auto last = std::find(events.rbegin(), events.rend(), "roll back");
  return {last.base(), events.end()};
}

class CommitThreadContract : public EngineTest {
 protected:
  void start(const CommitThread::Options& options = kOneGroup, Failures failures = {}) {
    thread_ = std::make_unique<CommitThread>(
        std::make_unique<JournalWriter>(database_->open_writer(), journal_, std::move(failures)),
        [this](const std::shared_ptr<const CommittedBatch>& batch) {
          std::string event = "sink";
          for (const auto& transaction : batch->transactions) {
            for (const auto lsn : lsns_of(transaction.changes)) event += " " + std::to_string(lsn);
          }
          journal_.add(event);
        },
        options, [this](std::string_view failure) { reports_.add(std::string(failure)); });
  }

  void submit(const std::string& name, TestCommand::Run run, AnswerPlace place = {}) {
    thread_->submit(
        std::make_unique<TestCommand>(journal_, name, std::move(run), std::move(place)));
  }
  /// A command that puts a thing of its own name.
  void submit_put(const std::string& name, AnswerPlace place = {}) {
    const auto put = [name](Transaction& t) {
      put_thing(t, name);
      return true;
    };
    submit(name, put, std::move(place));
  }
  /// Occupies the commit thread until open_gate(), so that what is queued meanwhile is one group
  /// with it. Returns when the thread has taken it.
  void submit_gate() {
    auto running = std::make_shared<std::promise<void>>();
    auto is_running = running->get_future();
    auto once = std::make_shared<std::once_flag>();
    submit("gate", [this, running, once](Transaction&) {
      std::call_once(*once, [&] {
        running->set_value();
        gate_.get_future().wait();
      });
      return true;
    });
    is_running.wait();
  }
  void open_gate() { gate_.set_value(); }
  void finish() {
    thread_->drain();
    thread_ = nullptr;
  }

  Journal journal_;
  Journal reports_;
  std::promise<void> gate_;
  std::unique_ptr<CommitThread> thread_;
};
TILLCAST_ON_EVERY_ENGINE(CommitThreadContract);

TEST_P(CommitThreadContract, answers_of_one_place_are_one_piece_of_work) {
  start();
  const auto place = [this](const char* id) {
    return AnswerPlace{id, [this, id](const std::function<void()>& work) {
                         journal_.add(std::string("to ") + id);
                         work();
                       }};
  };
  const char* const a = "a";
  const char* const b = "b";
  submit_gate();
  submit_put("1", place(a));
  submit_put("2", place(b));
  submit_put("3");
  submit(
      "4", [](Transaction&) -> bool { throw std::runtime_error("a bug"); }, place(a));
  open_gate();
  finish();
  const auto events = journal_.events();
  const auto first = std::find(events.begin(), events.end(), "to a");
  EXPECT_THAT((std::vector<std::string>(first, events.end())),
              ElementsAre("to a", "answer 1", "fail 4 500 internal", "to b", "answer 2",
                          "answer gate", "answer 3"));
}

TEST_P(CommitThreadContract, what_is_queued_is_one_group_and_the_feed_has_it_before_the_answers) {
  start();
  submit_gate();
  submit_put("a");
  submit_put("b");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "run a", "run b", "commit", "sink 1 2",
                                             "answer gate", "answer a", "answer b"));
  EXPECT_THAT(reports_.events(), IsEmpty());
}

TEST_P(CommitThreadContract, a_refusal_is_undone_and_told_only_after_commit) {
  start();
  submit_gate();
  submit("refused", [](Transaction& t) {
    put_thing(t, "refused");
    return false;
  });
  submit_put("a");
  open_gate();
  finish();
  EXPECT_THAT(since_roll_back(journal_.events()),
              ElementsAre("run gate", "run refused", "run a", "commit", "sink 1", "answer gate",
                          "answer refused", "answer a"));
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(CommitThreadContract, a_refusal_before_anything_is_written_makes_nothing_run_again) {
  start();
  submit_gate();
  submit("refused", [](Transaction&) { return false; });
  submit_put("a");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "run refused", "run a", "commit", "sink 1",
                                             "answer gate", "answer refused", "answer a"));
}

TEST_P(CommitThreadContract, an_answer_comes_when_another_connection_already_sees_the_rows) {
  start();
  std::promise<std::vector<std::string>> seen;
  thread_->submit<Lsn>([](Transaction& t) -> Outcome<Lsn> { return put_thing(t, "a"); },
                       [&](const Outcome<Lsn>& outcome) {
                         EXPECT_EQ(outcome.value(), Lsn{1});
                         seen.set_value(things());
                       });
  EXPECT_THAT(seen.get_future().get(), ElementsAre("a"));
  finish();
}

TEST_P(CommitThreadContract, a_refused_outcome_is_given_back_and_stores_nothing) {
  start();
  std::promise<Problem> refusal;
  thread_->submit<Lsn>(
      [](Transaction& t) -> Outcome<Lsn> {
        put_thing(t, "a");
        return Problem{.status = 409, .code = "out_of_stock", .detail = "none left"};
      },
      [&](const Outcome<Lsn>& outcome) { refusal.set_value(outcome.error()); });
  EXPECT_EQ(refusal.get_future().get().code, "out_of_stock");
  finish();
  EXPECT_THAT(things(), IsEmpty());
}

TEST_P(CommitThreadContract, a_command_that_breaks_its_group_is_alone_in_not_being_committed) {
  start();
  submit_gate();
  submit_put("a");
  submit("broken", [](Transaction& t) {
    put_thing(t, "broken", -1);
    return true;
  });
  submit_put("b");
  submit("dangling", [](Transaction& t) {
    put_thing(t, "dangling");
    put_dangling_part(t);
    return true;
  });
  open_gate();
  finish();
  // The group ends at the failure; what was queued behind it is the next group, which fails at its
  // COMMIT.
  EXPECT_THAT(journal_.events(),
              ElementsAre("run gate", "run a", "run broken", "roll back",                    //
                          "run gate", "commit", "answer gate",                               //
                          "run a", "commit", "sink 1", "answer a",                           //
                          "run broken", "roll back", "fail broken 503 not_committed",        //
                          "run b", "run dangling", "roll back", "fail b 503 not_committed",  //
                          "fail dangling 503 not_committed"));
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(CommitThreadContract, a_group_whose_commit_fails_is_not_stored_and_all_of_it_hears_so) {
  start();
  submit_gate();
  submit_put("a");
  submit("refused", [](Transaction&) { return false; });
  submit("dangling", [](Transaction& t) {
    put_dangling_part(t);
    return true;
  });
  open_gate();
  thread_->drain();
  EXPECT_THAT(journal_.events(),
              ElementsAre("run gate", "run a", "run refused", "run dangling", "roll back",
                          "fail gate 503 not_committed", "fail a 503 not_committed",
                          "fail refused 503 not_committed", "fail dangling 503 not_committed"));
  EXPECT_THAT(things(), IsEmpty());
  EXPECT_THAT(reports_.events(), ElementsAre(HasSubstr("COMMIT failed")));
}

TEST_P(CommitThreadContract, lsns_have_no_gap_after_groups_that_failed) {
  start();
  submit("dangling", [](Transaction& t) {
    put_thing(t, "dangling");
    put_dangling_part(t);
    return true;
  });
  submit("broken", [](Transaction& t) {
    put_thing(t, "fine");
    put_thing(t, "broken", -1);
    return true;
  });
  submit_put("a");
  finish();
  database_->open_reader()->snapshot([](Queries& queries) {
    const RoomPage page = read_room(queries, {kPublic, ""}, Lsn{0}, 10, 10'000);
    ASSERT_EQ(page.changes.size(), 1U);
    EXPECT_EQ(page.changes[0].lsn, Lsn{1});
    EXPECT_EQ(page.changes[0].id, "a");
    EXPECT_EQ(page.head, Lsn{1});
  });
}

TEST_P(CommitThreadContract, a_statement_that_nobody_waited_for_fails_its_own_command_alone) {
  start();
  submit_gate();
  submit_put("a");
  submit_put("b");
  submit("broken", [](Transaction& t) {
    t.change_one("INSERT INTO things (id, n) VALUES ($1, $2)", {"broken", -1});
    return true;
  });
  submit("no row", [](Transaction& t) {
    t.change_one("UPDATE things SET n = 1 WHERE id = $1", {"nothing"});
    return true;
  });
  open_gate();
  finish();
  EXPECT_THAT(things(), ElementsAre("a", "b"));
  EXPECT_THAT(journal_.events(),
              IsSupersetOf({"answer gate", "answer a", "answer b", "fail broken 503 not_committed",
                            "fail no row 503 not_committed"}));
}

TEST_P(CommitThreadContract, a_group_whose_connection_was_lost_before_commit_runs_again) {
  start(kOneGroup, {.of_commit = {{1, throwing<ConnectionLost>("gone")}}});
  submit_gate();
  submit_put("a");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "run a", "roll back",     //
                                             "run gate", "commit", "answer gate",  //
                                             "run a", "commit", "sink 1", "answer a"));
  EXPECT_THAT(reports_.events(), ElementsAre(HasSubstr("gone")));
}

TEST_P(CommitThreadContract, a_command_alone_whose_connection_was_lost_runs_again_too_but_once) {
  start(kOneGroup, {.of_begin = {{1, throwing<ConnectionLost>("gone")}},
                    .of_commit = {{2, throwing<ConnectionLost>("gone")},
                                  {3, throwing<ConnectionLost>("gone")}}});
  submit_put("a");
  thread_->drain();
  EXPECT_THAT(journal_.events(), ElementsAre("roll back", "run a", "commit", "sink 1", "answer a"));

  finish();
  start(kOneGroup, {.of_commit = {{1, throwing<ConnectionLost>("gone")},
                                  {2, throwing<ConnectionLost>("gone")}}});
  submit_put("b");
  finish();
  EXPECT_EQ(journal_.events().back(), "fail b 503 not_committed");
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(CommitThreadContract, a_database_that_is_gone_is_not_asked_once_a_command) {
  start(kOneGroup, {.of_begin = {{2, throwing<ConnectionLost>("gone")}},
                    .of_commit = {{1, throwing<ConnectionLost>("gone")}}});
  submit_gate();
  submit_put("a");
  submit_put("b");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(),
              ElementsAre("run gate", "run a", "run b", "roll back", "roll back",
                          "fail gate 503 not_committed", "fail a 503 not_committed",
                          "fail b 503 not_committed"));
}

TEST_P(CommitThreadContract, a_commit_that_nobody_knows_about_is_said_to_be_unknown) {
  start(kOneGroup, {.of_commit = {{1, throwing<OutcomeUnknown>("gone")}}});
  submit_put("a");
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run a", "roll back", "fail a 503 outcome_unknown"));
}

TEST_P(CommitThreadContract, a_command_with_an_error_in_it_is_undone_and_its_group_goes_on) {
  start();
  submit_gate();
  submit_put("a");
  submit("buggy", [](Transaction& t) -> bool {
    put_thing(t, "buggy");
    throw std::out_of_range("no such element");
  });
  submit_put("b");
  open_gate();
  finish();
  EXPECT_THAT(since_roll_back(journal_.events()),
              ElementsAre("run gate", "run a", "run buggy", "run b", "commit", "sink 1 2",
                          "answer gate", "answer a", "fail buggy 500 internal", "answer b"));
  EXPECT_THAT(things(), ElementsAre("a", "b"));
  EXPECT_THAT(reports_.events(), Each(HasSubstr("no such element")));
  EXPECT_THAT(reports_.events(), Not(IsEmpty()));
}

TEST_P(CommitThreadContract, an_answer_that_throws_takes_nobody_with_it) {
  start();
  std::promise<Lsn> answered;
  const auto put = [](Transaction& t) -> Outcome<Lsn> { return t.log(thing_change("a")); };
  thread_->submit<Lsn>(put, [](const Outcome<Lsn>&) { throw std::runtime_error("lost socket"); });
  thread_->submit<Lsn>(put,
                       [&](const Outcome<Lsn>& outcome) { answered.set_value(outcome.value()); });
  EXPECT_EQ(answered.get_future().get(), Lsn{2});
  finish();
  EXPECT_THAT(reports_.events(), ElementsAre(HasSubstr("lost socket")));
}

TEST_P(CommitThreadContract, a_group_ends_at_its_number_of_commands) {
  auto options = kOneGroup;
  options.group_commands_max = 3;
  start(options);
  submit_gate();
  for (const char* name : {"a", "b", "c", "d", "e"}) submit_put(name);
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(),
              ElementsAre("run gate", "run a", "run b", "commit", "sink 1 2", "answer gate",
                          "answer a", "answer b", "run c", "run d", "run e", "commit", "sink 3 4 5",
                          "answer c", "answer d", "answer e"));
}

TEST_P(CommitThreadContract, a_group_ends_at_its_bytes) {
  auto options = kOneGroup;
  options.group_bytes_max = 1;
  start(options);
  submit_gate();
  submit_put("a");
  submit_put("b");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "run a", "commit", "sink 1", "answer gate",
                                             "answer a", "run b", "commit", "sink 2", "answer b"));
}

TEST_P(CommitThreadContract, a_group_ends_at_its_time) {
  auto options = kOneGroup;
  options.group_run_ms_max = 0;
  start(options);
  submit_gate();
  submit_put("a");
  open_gate();
  finish();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "commit", "answer gate", "run a", "commit",
                                             "sink 1", "answer a"));
}

TEST_P(CommitThreadContract, a_full_queue_answers_busy_on_the_caller_s_thread) {
  auto options = kOneGroup;
  options.queued_commands_max = 1;
  start(options);
  submit_gate();
  submit_put("a");
  submit_put("b");
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "fail b 503 busy"));
  open_gate();
  finish();
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(CommitThreadContract, after_drain_all_is_answered_and_nothing_more_is_taken) {
  start();
  for (int i = 0; i < 50; ++i) submit_put(std::to_string(i));
  thread_->drain();
  std::size_t answers = 0;
  for (const std::string& event : journal_.events()) answers += event.starts_with("answer") ? 1 : 0;
  EXPECT_EQ(answers, 50U);
  submit_put("late");
  EXPECT_EQ(journal_.events().back(), "fail late 503 stopping");
  thread_->drain();
}

TEST_P(CommitThreadContract, drain_waits_for_the_group_that_runs) {
  start();
  submit_gate();
  // The queue is empty now. Time for drain() to begin is given in turns; it must hold without any.
  std::thread opener([this] {
    for (int turn = 0; turn < 200; ++turn) std::this_thread::yield();
    open_gate();
  });
  thread_->drain();
  EXPECT_THAT(journal_.events(), ElementsAre("run gate", "commit", "answer gate"));
  opener.join();
}

TEST_P(CommitThreadContract, its_end_answers_what_is_queued) {
  start();
  submit_gate();
  submit_put("a");
  open_gate();
  thread_ = nullptr;
  EXPECT_THAT(journal_.events(), testing::Contains("answer a"));
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(CommitThreadContract, many_threads_submit_and_each_is_answered_once_in_one_whole_chain) {
  auto options = kOneGroup;
  options.queued_commands_max = 10'000;
  start(options);
  constexpr int kThreads = 8;
  constexpr int kEach = 100;
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        thread_->submit<Lsn>([id](Transaction& tx) -> Outcome<Lsn> { return put_thing(tx, id); },
                             [&](const Outcome<Lsn>& lsn) { answered += lsn.has_value() ? 1 : 0; });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  finish();
  EXPECT_EQ(answered, kThreads * kEach);
  EXPECT_EQ(things().size(), std::size_t{kThreads * kEach});
  database_->open_reader()->snapshot([](Queries& queries) {
    const RoomPage page = read_room(queries, {kPublic, ""}, Lsn{0}, 10'000, 10'000'000);
    ASSERT_EQ(page.changes.size(), std::size_t{kThreads * kEach});
    for (std::size_t i = 0; i < page.changes.size(); ++i) {
      ASSERT_EQ(page.changes[i].lsn, Lsn{i + 1});
    }
  });
}

}  // namespace
}  // namespace tillcast::storage
