// A connection that reads in snapshots, as the Reader of storage/database.h.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "storage/database.h"
#include "storage/sqlite/connection.h"

namespace tillcast::storage {

/// Owns its connection. One thread.
class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(const ConnectionOptions& options) : connection_(options) {}

  void snapshot(const std::function<void(Queries&)>& read) override {
    // The snapshot is taken by the first query.
    connection_.execute("BEGIN");
    const End end{connection_};
    read(queries_);
  }

 private:
  /// Ends the read transaction, also when `read` throws. One that wrote nothing cannot fail to end.
  struct End {
    Connection& connection;
    ~End() { sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr); }
  };
  class SnapshotQueries final : public Queries {
   public:
    explicit SnapshotQueries(Connection& connection) : connection_(connection) {}
    using Queries::query;
    [[nodiscard]] Engine engine() const override { return Engine::kSqlite; }
    void query(std::string_view sql, std::span<const Value> parameters,
               const RowSink& sink) override {
      connection_.query(sql, parameters, sink);
    }

   private:
    Connection& connection_;
  };

  Connection connection_;
  SnapshotQueries queries_{connection_};
};

}  // namespace tillcast::storage
