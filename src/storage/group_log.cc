#include "storage/group_log.h"

#include <utility>

#include "base/limits.h"

namespace tillcast::storage {
namespace {

/// Most commands log no more.
constexpr std::size_t kChangesOfMost = 8;

std::size_t bytes_of(const Change& change) {
  return sizeof(Change) + change.kind.size() + change.id.size() + change.shop_id.size() +
         change.user_id.size() + change.by.size() + change.changed.size() + change.image.size();
}

}  // namespace

void GroupLog::begin(Lsn head) { head_ = head; }

void GroupLog::begin_command() {
  command_start_ = head_;
  command_ = {};
  command_bytes_ = 0;
  command_written_ = 0;
}

Lsn GroupLog::log(Change change) {
  if (command_.changes.size() >= limits::kChangesPerTransactionMax) {
    throw StorageFailure("a command logged more changes than kChangesPerTransactionMax");
  }
  if (command_.changes.empty()) command_.changes.reserve(kChangesOfMost);
  change.lsn = Lsn{head_.get() + 1};
  change.txn = Lsn{command_start_.get() + 1};
  head_ = change.lsn;
  command_bytes_ += bytes_of(change);
  command_.changes.push_back(std::move(change));
  return head_;
}

void GroupLog::write_kept(Statements& statements) {
  for (; kept_written_ < batch_.transactions.size(); ++kept_written_) {
    const auto& changes = batch_.transactions[kept_written_].changes;
    for (; next_written_ < changes.size(); ++next_written_) {
      insert_change(statements, changes[next_written_]);
    }
    next_written_ = 0;
  }
}

void GroupLog::write_command(Statements& statements) {
  for (; command_written_ < command_.changes.size(); ++command_written_) {
    insert_change(statements, command_.changes[command_written_]);
  }
}

void GroupLog::keep_command() {
  bytes_ += command_bytes_;
  command_bytes_ = 0;
  // A command whose rows were written is behind others all of which have theirs.
  if (command_written_ > 0) next_written_ = command_written_;
  command_written_ = 0;
  if (!command_.changes.empty()) batch_.transactions.push_back(std::move(command_));
  command_ = {};
}

void GroupLog::undo_command() {
  head_ = command_start_;
  begin_command();
}

void GroupLog::roll_back() {
  batch_ = {};
  command_ = {};
  bytes_ = 0;
  command_bytes_ = 0;
  kept_written_ = 0;
  next_written_ = 0;
  command_written_ = 0;
}

std::shared_ptr<const CommittedBatch> GroupLog::take_committed() {
  if (!batch_.transactions.empty()) {
    batch_.first = batch_.transactions.front().changes.front().lsn;
    batch_.last = batch_.transactions.back().changes.back().lsn;
  }
  auto batch = std::make_shared<const CommittedBatch>(std::move(batch_));
  roll_back();
  return batch;
}

}  // namespace tillcast::storage
