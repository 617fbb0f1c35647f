// What the commands of one group hold in memory, instead of asking the database for it again and
// writing to it each time. Storage knows no records: what is held, and how it is written, is said
// above (commerce/group_records.h).
#pragma once

#include <memory>

namespace tillcast::storage {

class Transaction;

/// Made by the first command of a group that wants it (Transaction::memory()), gone with the group.
/// Commit thread only.
class GroupMemory {
 public:
  virtual ~GroupMemory() = default;

  /// What is held back from here on is the next command's.
  virtual void begin_command() = 0;
  /// Takes back what the command held back; nothing of it may be written.
  virtual void undo_command() = 0;
  [[nodiscard]] virtual bool holds() const = 0;
  /// Whether some of what is held back is the running command's.
  [[nodiscard]] virtual bool command_holds() const = 0;
  /// Writes what is held back, by through.beside() and through.log() alone.
  virtual void write(Transaction& through) = 0;
  /// Somebody else wrote to the database: what was read from it counts no more. What is held back
  /// is forgotten as well.
  virtual void forget() = 0;
};

using MakeGroupMemory = std::unique_ptr<GroupMemory> (*)();

}  // namespace tillcast::storage
