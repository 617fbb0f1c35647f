// The one thread that writes. It takes whatever commands have queued as one group: one BEGIN, a
// savepoint a command if one must be undone, one fsync, then all the answers and one batch to the
// feed.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/problem.h"
#include "storage/database.h"

namespace tillcast::storage {

/// Where a command is answered. The answers of a group that have the same `id` are one call of
/// `post`, so that the thread there is woken once a group. Without one it is the commit thread.
struct AnswerPlace {
  const void* id = nullptr;
  /// Runs the work soon, in the order of the calls; called on the commit thread.
  std::function<void(std::function<void()> work)> post{};
};

/// A queued command. It is run on the commit thread, and answered there or at its place.
class Command {
 public:
  explicit Command(AnswerPlace place = {}) : place_(std::move(place)) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;
  /// Runs the command; false undoes it (a refusal). May be called again after a failed group. An
  /// exception other than StorageFailure is a bug: it undoes this command alone, which gets 500
  /// `internal`.
  virtual bool run(Transaction& transaction) = 0;
  /// The group is durable: what run() decided, refusals included, may now be told.
  virtual void answer() = 0;
  /// The group could not be committed, or the queue is closed: nothing of this command is stored.
  virtual void answer_failed(const Problem& problem) = 0;

  [[nodiscard]] const AnswerPlace& place() const { return place_; }

 private:
  AnswerPlace place_;
};

/// Is given every committed batch that has changes, in commit order, on the commit thread, before
/// the answers.
using BatchSink = std::function<void(std::shared_ptr<const CommittedBatch>)>;

/// Owns the Writer and its thread. submit() from any thread. Nothing that a command decided,
/// refusals included, is answered before COMMIT. A group in which a statement fails is rolled back
/// and its commands run again one by one; a command whose own statement or COMMIT fails gets 503
/// `not_committed`. So is a group whose connection to the database was lost before COMMIT; if it
/// cannot be found out whether a COMMIT came through, its commands get 503 `outcome_unknown`.
class CommitThread {
 public:
  struct Options {
    std::size_t group_commands_max = limits::kGroupCommandsMax;
    std::size_t queued_commands_max = limits::kCommandsQueuedMax;
    std::size_t group_bytes_max = limits::kGroupBytesMax;
    /// Commands that arrive while a group runs join it until it has run for this long.
    std::int64_t group_run_ms_max = limits::kGroupRunMsMax;
  };
  CommitThread(std::unique_ptr<Writer> writer, BatchSink sink, Options options,
               FailureReport report = {});
  /// Answers what is queued, then stops.
  ~CommitThread();
  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;

  /// Queues a command. A full queue answers 503 `busy` at once, on the caller's thread; after
  /// drain() it is 503 `stopping`.
  void submit(std::unique_ptr<Command> command);

  /// Queues `run` and gives its outcome to `done` after COMMIT, at `place`.
  template <class T>
  void submit(std::function<Outcome<T>(Transaction&)> run, std::function<void(Outcome<T>)> done,
              AnswerPlace place = {}) {
    submit(std::make_unique<TypedCommand<T>>(std::move(run), std::move(done), std::move(place)));
  }

  /// Refuses what comes from now on, and returns when all that was queued is answered, or its
  /// answer is on the way to its place.
  void drain();

 private:
  template <class T>
  class TypedCommand final : public Command {
   public:
    TypedCommand(std::function<Outcome<T>(Transaction&)> run, std::function<void(Outcome<T>)> done,
                 AnswerPlace place)
        : Command(std::move(place)), run_(std::move(run)), done_(std::move(done)) {}
    bool run(Transaction& transaction) override {
      outcome_.emplace(run_(transaction));
      return outcome_->has_value();
    }
    void answer() override { done_(std::move(*outcome_)); }
    void answer_failed(const Problem& problem) override { done_(Outcome<T>(problem)); }

   private:
    std::function<Outcome<T>(Transaction&)> run_;
    std::function<void(Outcome<T>)> done_;
    std::optional<Outcome<T>> outcome_;
  };

  /// A command of the running group; `failure` is what it is answered if run() threw or nothing is
  /// stored.
  struct Entry {
    std::unique_ptr<Command> command;
    std::optional<Problem> failure{};
  };
  using Group = std::vector<Entry>;
  using Refusal = Problem (*)();

  Refusal enqueue(std::unique_ptr<Command>& command);
  void run();
  std::unique_ptr<Command> wait_for_command();
  std::unique_ptr<Command> next_command();
  void run_group(Group& group);
  void run_command(Entry& entry);
  void commit_group(Group& group);
  void run_one_by_one(Group& group);
  bool run_alone(Group& one);
  void give_up(std::string_view what, const StorageFailure& failure);
  void fail(Group& group, const Problem& problem);
  void answer(Group& group);
  void report(std::string_view what, const std::exception& error) const;

  std::unique_ptr<Writer> writer_;
  BatchSink sink_;
  Options options_;
  FailureReport report_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::unique_ptr<Command>> queue_;
  bool stopping_ = false;
  bool busy_ = false;
  std::thread thread_;
};

}  // namespace tillcast::storage
