#include "storage/group_transaction.h"

#include <utility>

namespace tillcast::storage {

std::int64_t GroupTransaction::Beside::execute(std::string_view sql,
                                               std::span<const Value> parameters) {
  const std::int64_t rows = group_.engine_.execute(sql, parameters);
  group_.wrote_ |= rows > 0;
  return rows;
}

void GroupTransaction::Beside::change_one(std::string_view sql, std::span<const Value> parameters) {
  group_.wrote_ = true;
  group_.engine_.change_one(sql, parameters);
}

void GroupTransaction::query(std::string_view sql, std::span<const Value> parameters,
                             const RowSink& sink) {
  write_held(*this);
  beside_.query(sql, parameters, sink);
}

std::int64_t GroupTransaction::execute(std::string_view sql, std::span<const Value> parameters) {
  write_held(*this);
  forget_read();
  return beside_.execute(sql, parameters);
}

void GroupTransaction::change_one(std::string_view sql, std::span<const Value> parameters) {
  write_held(*this);
  forget_read();
  beside_.change_one(sql, parameters);
}

GroupMemory& GroupTransaction::memory(MakeGroupMemory make) {
  if (memory_ == nullptr) memory_ = make();
  return *memory_;
}

void GroupTransaction::write_held(Transaction& through) {
  if (memory_ != nullptr && memory_->holds()) write_memory(through);
  log_.write_kept(engine_);
  log_.write_command(beside_);
}

void GroupTransaction::write_memory(Transaction& through) {
  if (memory_->command_holds() || log_.command_logged()) return memory_->write(through);
  // All of it is of commands that are kept: it is a transaction of its own in the log, before that
  // of the running command, and no reason not to undo that one.
  const bool wrote = std::exchange(wrote_, false);
  log_.keep_command();
  log_.begin_command();
  memory_->write(*this);
  log_.keep_command();
  log_.begin_command();
  wrote_ = wrote;
}

void GroupTransaction::forget_read() {
  if (memory_ != nullptr) memory_->forget();
}

void GroupTransaction::begin(Lsn head) {
  if (head != memory_head_) memory_ = nullptr;
  log_.begin(head);
}

void GroupTransaction::begin_command() {
  log_.begin_command();
  if (memory_ != nullptr) memory_->begin_command();
  wrote_ = false;
}

void GroupTransaction::keep_command() { log_.keep_command(); }

void GroupTransaction::undo_command() {
  log_.undo_command();
  if (memory_ == nullptr) return;
  if (wrote_) {
    memory_->forget();
  } else {
    memory_->undo_command();
  }
}

void GroupTransaction::end() {
  begin_command();
  try {
    write_held(*this);
  } catch (const ConnectionLost&) {
    throw;
  } catch (const StorageFailure& failure) {
    throw LateFailure(failure.what());
  }
  keep_command();
}

void GroupTransaction::roll_back() {
  log_.roll_back();
  memory_ = nullptr;
}

std::shared_ptr<const CommittedBatch> GroupTransaction::take_committed() {
  memory_head_ = log_.head();
  return log_.take_committed();
}

}  // namespace tillcast::storage
