// The Transaction that every engine gives to commands: it sees to it that statements find in the
// database what the group holds back in memory, and gives changes their place in the log.
#pragma once

#include <memory>

#include "storage/database.h"
#include "storage/group_log.h"
#include "storage/group_memory.h"

namespace tillcast::storage {

/// Owns what the running group has in memory: its changes and its GroupMemory. The memory is kept
/// for the next group unless somebody else has changed a record meanwhile, which shows in the log.
/// One thread; follows the calls of the Writer that it belongs to.
class GroupTransaction final : public Transaction {
 public:
  /// `engine` runs the statements, and outlives it.
  explicit GroupTransaction(Statements& engine) : engine_(engine), beside_(*this) {}

  using Queries::query;
  using Statements::change_one;
  using Statements::execute;
  [[nodiscard]] Engine engine() const override { return engine_.engine(); }
  void query(std::string_view sql, std::span<const Value> parameters, const RowSink& sink) override;
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override;
  void change_one(std::string_view sql, std::span<const Value> parameters) override;
  Lsn log(Change change) override { return log_.log(std::move(change)); }
  Statements& beside() override { return beside_; }
  GroupMemory& memory(MakeGroupMemory make) override;
  void write_held(Transaction& through) override;

  /// A group starts; `head` is the log's last lsn, read inside the group's transaction.
  void begin(Lsn head);
  void begin_command();
  void keep_command();
  /// Behind the engine's own undoing, if the command wrote.
  void undo_command();
  /// Whether the database holds something of the running command.
  [[nodiscard]] bool command_wrote() const { return wrote_; }
  /// Between the last command and COMMIT. Throws ConnectionLost, and LateFailure if it was another
  /// failure: the commands may run again one by one.
  void end();
  /// Forgets the group and the memory.
  void roll_back();
  /// What the group's COMMIT made durable.
  std::shared_ptr<const CommittedBatch> take_committed();
  [[nodiscard]] std::size_t bytes() const { return log_.bytes(); }

 private:
  /// The engine's statements, which also notes that the command wrote.
  class Beside final : public Statements {
   public:
    explicit Beside(GroupTransaction& group) : group_(group) {}
    using Queries::query;
    using Statements::change_one;
    using Statements::execute;
    [[nodiscard]] Engine engine() const override { return group_.engine_.engine(); }
    void query(std::string_view sql, std::span<const Value> parameters,
               const RowSink& sink) override {
      group_.engine_.query(sql, parameters, sink);
    }
    std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override;
    void change_one(std::string_view sql, std::span<const Value> parameters) override;

   private:
    GroupTransaction& group_;
  };

  void forget_read();
  void write_memory(Transaction& through);

  Statements& engine_;
  Beside beside_;
  GroupLog log_;
  std::unique_ptr<GroupMemory> memory_;
  /// The log's last lsn when the memory was right.
  Lsn memory_head_;
  bool wrote_ = false;
};

}  // namespace tillcast::storage
