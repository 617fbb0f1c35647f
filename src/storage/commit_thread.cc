#include "storage/commit_thread.h"

#include <chrono>

namespace tillcast::storage {
namespace {

Problem not_committed() {
  return {.status = 503,
          .code = "not_committed",
          .detail = "The change could not be stored, and nothing of it was. Try again later."};
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
    } catch (const StorageFailure& failure) {
      report("a group of commands", failure);
      writer_->roll_back();
      run_one_by_one(group);
      group.clear();
    }
    if (!group.empty()) commit_group(group);
    group.clear();
    writer_->rest();
  }
}

void CommitThread::run_group(Group& group) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(options_.group_run_ms_max);
  writer_->begin();
  run_command(group.back());
  while (group.size() < options_.group_commands_max &&
         writer_->group_bytes() < options_.group_bytes_max && Clock::now() < end) {
    auto command = next_command();
    if (command == nullptr) return;
    group.push_back({.command = std::move(command)});
    run_command(group.back());
  }
}

void CommitThread::run_command(Entry& entry) {
  Transaction& transaction = writer_->begin_command();
  entry.bug.reset();
  bool keep = false;
  try {
    keep = entry.command->run(transaction);
  } catch (const StorageFailure&) {
    throw;
  } catch (const std::exception& error) {
    report("a command, by an error in it,", error);
    entry.bug = internal();
  }
  if (keep) {
    writer_->keep_command();
  } else {
    writer_->undo_command();
  }
}

void CommitThread::commit_group(Group& group) {
  std::shared_ptr<const CommittedBatch> batch;
  try {
    batch = writer_->commit();
  } catch (const StorageFailure& failure) {
    report("COMMIT", failure);
    writer_->roll_back();
    for (Entry& entry : group) {
      guarded("an answer", [&] { entry.command->answer_failed(not_committed()); });
    }
    return;
  }
  if (!batch->transactions.empty()) guarded("the sink", [&] { sink_(batch); });
  for (Entry& entry : group) {
    guarded("an answer", [&] {
      if (entry.bug.has_value()) {
        entry.command->answer_failed(*entry.bug);
      } else {
        entry.command->answer();
      }
    });
  }
}

/// Finds the command that broke the group without taking the others down with it. A group of one
/// has nobody else, so it is not tried again.
void CommitThread::run_one_by_one(Group& group) {
  const bool alone = group.size() == 1;
  for (Entry& entry : group) {
    Group one;
    one.push_back(std::move(entry));
    bool failed = alone;
    if (!alone) {
      try {
        writer_->begin();
        run_command(one.front());
      } catch (const StorageFailure& failure) {
        report("a command", failure);
        writer_->roll_back();
        failed = true;
      }
    }
    if (failed) {
      guarded("an answer", [&] { one.front().command->answer_failed(not_committed()); });
    } else {
      commit_group(one);
    }
  }
}

void CommitThread::report(std::string_view what, const std::exception& error) const {
  if (report_) report_(std::string(what) + " failed: " + error.what());
}

/// What the sink and answers throw must not take down the thread that everybody waits for.
void CommitThread::guarded(std::string_view what, const std::function<void()>& call) const {
  try {
    call();
  } catch (const std::exception& error) {
    report(what, error);
  }
}

}  // namespace tillcast::storage
