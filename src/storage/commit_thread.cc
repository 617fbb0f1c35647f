#include "storage/commit_thread.h"

#include <algorithm>
#include <chrono>

namespace tillcast::storage {
namespace {

Problem not_committed() {
  return {.status = 503,
          .code = "not_committed",
          .detail = "The change could not be stored, and nothing of it was. Try again later."};
}

Problem outcome_unknown() {
  return {.status = 503,
          .code = "outcome_unknown",
          .detail =
              "The database was lost while the change was being stored, and it may have been. "
              "Send it again with the same Idempotency-Key, which makes that safe."};
}

Problem busy() {
  return {.status = 503,
          .code = "busy",
          .detail = "Too many changes are waiting. Try again in a moment."};
}

Problem stopping() {
  return {.status = 503,
          .code = "stopping",
          .detail = "The server is going away. Try again in a moment."};
}

Problem internal() {
  return {.status = 500,
          .code = "internal",
          .detail = "The server has an error in it; nothing of this request was stored."};
}

/// What the sink and answers throw must not take down the thread that everybody waits for.
void guarded(const FailureReport& report, std::string_view what,
             const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    if (report) report(std::string(what) + " failed: " + error.what());
  }
}

}  // namespace

CommitThread::CommitThread(std::unique_ptr<Writer> writer, BatchSink sink, Options options,
                           FailureReport report)
    : writer_(std::move(writer)),
      sink_(std::move(sink)),
      options_(options),
      report_(std::move(report)),
      thread_([this] { run(); }) {}

CommitThread::~CommitThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void CommitThread::submit(std::unique_ptr<Command> command) {
  if (const Refusal refusal = enqueue(command)) {
    command->answer_failed(refusal());
  } else {
    wake_.notify_one();
  }
}

/// Takes the command, or leaves it and says why not.
CommitThread::Refusal CommitThread::enqueue(std::unique_ptr<Command>& command) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return stopping;
  if (queue_.size() >= options_.queued_commands_max) return busy;
  queue_.push_back(std::move(command));
  return nullptr;
}

void CommitThread::drain() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  wake_.notify_one();
  idle_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

std::unique_ptr<Command> CommitThread::next_command() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  auto command = std::move(queue_.front());
  queue_.pop_front();
  return command;
}

/// The first command of a group; nothing when the thread is to end.
std::unique_ptr<Command> CommitThread::wait_for_command() {
  std::unique_lock lock(mutex_);
  busy_ = false;
  if (queue_.empty()) idle_.notify_all();
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (queue_.empty()) return nullptr;
  busy_ = true;
  auto command = std::move(queue_.front());
  queue_.pop_front();
  return command;
}

void CommitThread::run() {
  while (auto first = wait_for_command()) {
    Group group;
    group.push_back({.command = std::move(first)});
    try {
      run_group(group);
      commit_group(group);
    } catch (const ConnectionLost& failure) {
      give_up("a group of commands", failure);
      run_one_by_one(group);
    } catch (const StorageFailure& failure) {
      give_up("a group of commands", failure);
      // Nobody else is in a group of one, and its command would fail again.
      if (group.size() == 1) {
        fail(group, not_committed());
      } else {
        run_one_by_one(group);
      }
    }
    group.clear();
    writer_->rest();
  }
}

void CommitThread::run_group(Group& group) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(options_.group_run_ms_max);
  writer_->begin_without_savepoints();
  for (std::size_t next = 0; next < group.size();) {
    try {
      run_command(group[next++]);
    } catch (const NoSavepoint&) {
      // A command was refused after it had written. Most refusals come before, so this is rare.
      writer_->roll_back();
      writer_->begin();
      next = 0;
      continue;
    }
    if (next < group.size() || next == options_.group_commands_max ||
        writer_->group_bytes() >= options_.group_bytes_max || Clock::now() >= end) {
      continue;
    }
    if (auto command = next_command()) group.push_back({.command = std::move(command)});
  }
}

void CommitThread::run_command(Entry& entry) {
  Transaction& transaction = writer_->begin_command();
  entry.failure.reset();
  bool keep = false;
  try {
    keep = entry.command->run(transaction);
  } catch (const StorageFailure&) {
    throw;
  } catch (const std::exception& error) {
    report("a command, by an error in it,", error);
    entry.failure = internal();
  }
  if (keep) {
    writer_->keep_command();
  } else {
    writer_->undo_command();
  }
}

/// Throws ConnectionLost and LateFailure alone: nothing of the group is stored then and nobody is
/// answered, so its commands can run again.
void CommitThread::commit_group(Group& group) {
  std::shared_ptr<const CommittedBatch> batch;
  try {
    batch = writer_->commit();
  } catch (const ConnectionLost&) {
    throw;
  } catch (const LateFailure&) {
    throw;
  } catch (const OutcomeUnknown& failure) {
    give_up("COMMIT", failure);
    return fail(group, outcome_unknown());
  } catch (const StorageFailure& failure) {
    give_up("COMMIT", failure);
    return fail(group, not_committed());
  }
  if (!batch->transactions.empty()) guarded(report_, "the sink", [&] { sink_(batch); });
  answer(group);
}

/// Tells each command of a group what it decided, at its place. Takes the commands.
void CommitThread::answer(Group& group) {
  const auto tell = [](const FailureReport& report, const Group& commands) {
    for (const Entry& entry : commands) {
      guarded(report, "an answer", [&] {
        if (entry.failure.has_value()) {
          entry.command->answer_failed(*entry.failure);
        } else {
          entry.command->answer();
        }
      });
    }
  };
  // There are as many places as loops, so a search is short.
  std::vector<std::shared_ptr<Group>> elsewhere;
  Group here;
  for (Entry& entry : group) {
    const void* const id = entry.command->place().id;
    if (id == nullptr) {
      here.push_back(std::move(entry));
      continue;
    }
    auto found = std::find_if(elsewhere.begin(), elsewhere.end(), [id](const auto& commands) {
      return commands->front().command->place().id == id;
    });
    if (found == elsewhere.end()) {
      found = elsewhere.insert(elsewhere.end(), std::make_shared<Group>());
    }
    (*found)->push_back(std::move(entry));
  }
  for (const std::shared_ptr<Group>& commands : elsewhere) {
    // The commit thread may be gone when the answers are given.
    commands->front().command->place().post(
        [tell, report = report_, commands] { tell(report, *commands); });
  }
  tell(report_, here);
}

/// Finds the command that broke the group without taking the others down with it.
void CommitThread::run_one_by_one(Group& group) {
  bool reachable = true;
  for (Entry& entry : group) {
    Group one;
    one.push_back(std::move(entry));
    if (reachable) {
      reachable = run_alone(one);
    } else {
      fail(one, not_committed());
    }
  }
}

/// False if not even a group could be started, so that the next try would fail as well.
bool CommitThread::run_alone(Group& one) {
  bool reachable = false;
  try {
    writer_->begin();
    reachable = true;
    run_command(one.front());
    commit_group(one);
  } catch (const StorageFailure& failure) {
    give_up("a command", failure);
    fail(one, not_committed());
  }
  return reachable;
}

void CommitThread::give_up(std::string_view what, const StorageFailure& failure) {
  report(what, failure);
  writer_->roll_back();
}

void CommitThread::fail(Group& group, const Problem& problem) {
  for (Entry& entry : group) entry.failure = problem;
  answer(group);
}

void CommitThread::report(std::string_view what, const std::exception& error) const {
  if (report_) report_(std::string(what) + " failed: " + error.what());
}

}  // namespace tillcast::storage
