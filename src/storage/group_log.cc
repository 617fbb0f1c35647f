#include "storage/group_log.h"

#include <utility>

#include "base/limits.h"

namespace tillcast::storage {
namespace {

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
}

Lsn GroupLog::log(Statements& statements, Change change) {
  if (command_.changes.size() >= limits::kChangesPerTransactionMax) {
    throw StorageFailure("a command logged more changes than kChangesPerTransactionMax");
  }
  change.lsn = Lsn{head_.get() + 1};
  change.txn = Lsn{command_start_.get() + 1};
  insert_change(statements, change);
  head_ = change.lsn;
  command_bytes_ += bytes_of(change);
  command_.changes.push_back(std::move(change));
  return head_;
}

void GroupLog::keep_command() {
  bytes_ += command_bytes_;
  command_bytes_ = 0;
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
