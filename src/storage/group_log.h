// The part of a Writer that is the same on every engine: it gives changes their lsns while a group
// runs and collects what a COMMIT makes durable.
#pragma once

#include <cstddef>
#include <memory>

#include "storage/change_log.h"

namespace tillcast::storage {

/// Owns the changes of the running group. One thread; follows the calls of its Writer.
class GroupLog {
 public:
  /// A group starts; `head` is the log's last lsn, read inside the group's transaction.
  void begin(Lsn head);
  void begin_command();
  /// Numbers `change` and writes it to the log. Throws StorageFailure, also for more than
  /// limits::kChangesPerTransactionMax changes in one command.
  Lsn log(Statements& statements, Change change);
  void keep_command();
  /// Gives back the lsns of the command as well.
  void undo_command();
  /// Forgets the group.
  void roll_back();
  /// What the group's COMMIT made durable.
  std::shared_ptr<const CommittedBatch> take_committed();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Lsn head_;
  Lsn command_start_;
  CommittedTransaction command_;
  CommittedBatch batch_;
  std::size_t command_bytes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tillcast::storage
