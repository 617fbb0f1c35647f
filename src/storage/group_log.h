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
  /// Numbers `change`; its row is written later. Throws StorageFailure for more than
  /// limits::kChangesPerTransactionMax changes in one command.
  Lsn log(Change change);
  /// Write the rows that the log's table lacks: those of the commands that are kept, and then those
  /// of the running one. Throw StorageFailure.
  void write_kept(Statements& statements);
  void write_command(Statements& statements);
  void keep_command();
  /// Gives back the lsns of the command as well.
  void undo_command();
  /// Forgets the group.
  void roll_back();
  /// What the group's COMMIT made durable.
  std::shared_ptr<const CommittedBatch> take_committed();

  /// The last lsn that was given, or was there before.
  [[nodiscard]] Lsn head() const { return head_; }
  [[nodiscard]] bool command_logged() const { return !command_.changes.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Lsn head_;
  Lsn command_start_;
  CommittedTransaction command_;
  CommittedBatch batch_;
  /// So many transactions of batch_ have all their rows, the next one has `next_written_`, and the
  /// running command `command_written_`.
  std::size_t kept_written_ = 0;
  std::size_t next_written_ = 0;
  std::size_t command_written_ = 0;
  std::size_t command_bytes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tillcast::storage
