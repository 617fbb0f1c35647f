// The one connection of this process that writes, as the Writer of storage/database.h.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "storage/database.h"
#include "storage/group_transaction.h"
#include "storage/postgres/link.h"
#include "storage/row_batch.h"

namespace tillcast::storage {

/// The server process of the writer's connection; 0 while there is none. Shared with the watch,
/// which passes over what this process wrote itself.
using WriterPid = std::atomic<int>;

/// Owns its connection. One thread. A connection that was lost between two groups is made again
/// without a word; one that is lost inside a group throws ConnectionLost, because the server has
/// then undone the group. When it is lost in COMMIT the server is asked what became of it.
class PostgresWriter final : public Writer {
 public:
  PostgresWriter(const PostgresHome& home, WriterPid& pid);
  ~PostgresWriter() override;

  void begin() override;
  void begin_without_savepoints() override;
  Transaction& begin_command() override;
  void keep_command() override;
  void undo_command() override;
  std::shared_ptr<const CommittedBatch> commit() override;
  void roll_back() noexcept override;
  [[nodiscard]] std::size_t group_bytes() const override { return group_.bytes(); }

 private:
  class WriterStatements final : public Statements {
   public:
    explicit WriterStatements(PostgresLink& link) : link_(link) {}
    using Queries::query;
    using Statements::change_one;
    using Statements::execute;
    [[nodiscard]] Engine engine() const override { return Engine::kPostgres; }
    void query(std::string_view sql, std::span<const Value> parameters,
               const RowSink& sink) override {
      post_rows();
      link_.current().query(sql, parameters, sink);
    }
    std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
      post_rows();
      return link_.current().execute(sql, parameters);
    }
    void change_one(std::string_view sql, std::span<const Value> parameters) override {
      if (rows_.add(sql, parameters)) return;
      post_rows();
      if (rows_.add(sql, parameters)) return;
      link_.current().post(sql, parameters, PostgresConnection::Demand::kRows);
    }
    /// Posts the rows that were gathered; before anything else is posted.
    void post_rows();
    void forget_rows() { rows_.clear(); }

   private:
    PostgresLink& link_;
    RowBatch rows_{"INSERT INTO "};
  };

  void post(std::string_view sql);
  void connect();
  void disconnect() noexcept;
  void start_transaction();
  void settle_commit();
  std::string ask_outcome();

  const PostgresHome& home_;
  WriterPid& pid_;
  PostgresLink link_;
  WriterStatements statements_{link_};
  GroupTransaction group_{statements_};
  bool savepoints_ = true;
  /// The server's number of the running transaction, by which its outcome can be asked for.
  std::string transaction_;
};

}  // namespace tillcast::storage
