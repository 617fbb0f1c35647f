// The one connection that writes, as the Writer of storage/database.h.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/database.h"
#include "storage/group_transaction.h"
#include "storage/row_batch.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/gathering_vfs.h"

namespace tillcast::storage {

/// The write-ahead log is copied back beside the groups each time it has grown by
/// `checkpoint_pages`. Once it has grown so many times, what is missing is copied between two
/// groups as soon as it is little, and after as many times as the second says in any case. Only a
/// reader's old snapshot lets it grow on.
inline constexpr int kCheckpointsBeside = 16;
inline constexpr int kCheckpointsBesideMax = 64;

/// Owns its connection, and a thread with another that copies the write-ahead log back. One thread.
class SqliteWriter final : public Writer {
 public:
  SqliteWriter(const ConnectionOptions& options, int checkpoint_pages);

  void begin() override;
  /// With a savepoint SQLite copies each page that a command changes, a tenth of what an order
  /// costs.
  void begin_without_savepoints() override;
  Transaction& begin_command() override;
  void keep_command() override;
  void undo_command() override;
  std::shared_ptr<const CommittedBatch> commit() override;
  void roll_back() noexcept override;
  [[nodiscard]] std::size_t group_bytes() const override { return group_.bytes(); }
  void rest() noexcept override;

 private:
  class WriterStatements final : public Statements {
   public:
    explicit WriterStatements(Connection& connection) : connection_(connection) {}
    using Queries::query;
    using Statements::change_one;
    using Statements::execute;
    [[nodiscard]] Engine engine() const override { return Engine::kSqlite; }
    void query(std::string_view sql, std::span<const Value> parameters,
               const RowSink& sink) override {
      insert_rows();
      connection_.query(sql, parameters, sink);
    }
    std::int64_t execute(std::string_view sql, std::span<const Value> parameters = {}) override {
      insert_rows();
      return connection_.execute(sql, parameters);
    }
    void change_one(std::string_view sql, std::span<const Value> parameters) override;
    /// Stores the rows that were gathered; before anything else runs.
    void insert_rows();
    void forget_rows() { rows_.clear(); }

   private:
    void change(std::string_view sql, std::span<const Value> parameters, std::size_t rows);

    Connection& connection_;
    // Whoever sees a failure gives up the group, so SQLite needs to keep nothing by which it could
    // undo the one statement.
    RowBatch rows_{"INSERT OR FAIL INTO "};
  };

  static int count_wal_pages(void* writer, sqlite3*, const char*, int pages);

  GatheringVfs vfs_;
  Connection connection_;
  WriterStatements statements_{connection_};
  GroupTransaction group_{statements_};
  Checkpointer checkpointer_;
  bool savepoints_ = true;
  int checkpoint_pages_;
  int checkpoint_at_pages_;
  int wal_pages_ = 0;
};

}  // namespace tillcast::storage
