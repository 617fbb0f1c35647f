// One connection to PostgreSQL by libpq in pipeline mode: statements with $N parameters, prepared
// once; errors as StorageFailure.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/postgres/parameters.h"
#include "storage/postgres/prepared_names.h"
#include "storage/query.h"

namespace tillcast::storage {

/// Where a connection goes to.
struct PostgresServer {
  /// postgres://user@host/database?…, as libpq takes it; PGPASSWORD, the password file and libpq's
  /// other variables count as well.
  std::string url;
};

/// How long the client and its server look for each other before a connection counts as lost. The
/// URL may say otherwise.
inline constexpr int kConnectTimeoutS = 5;
inline constexpr int kKeepaliveIdleS = 10;
inline constexpr int kUnacknowledgedMs = 20'000;

/// Owns the connection and its prepared statements. One thread at a time. A call throws
/// StorageFailure when a statement failed and ConnectionLost when the connection is gone, after
/// which it is of no more use.
class PostgresConnection {
 public:
  /// Throws ConnectionLost if the server cannot be reached, and std::runtime_error with a sentence
  /// for the user if it is not one that Tillcast can work on.
  explicit PostgresConnection(const PostgresServer& server);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Runs a statement, gives its rows to `sink` once all have arrived, and waits for what was
  /// posted before it.
  void query(std::string_view sql, std::span<const Value> parameters, const RowSink& sink);
  /// As query(), and gives the number of rows that the statement changed.
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters = {});

  /// What a posted statement has to change.
  enum class Demand : std::uint8_t { kNothing, kRows, kCommitted };
  /// Queues a statement that has to change so many rows.
  void post_rows(std::string_view sql, std::span<const Value> parameters, std::size_t rows);
  /// Queues a statement. It is sent with the next one that is waited for, which throws if this one
  /// fails.
  void post(std::string_view sql, std::span<const Value> parameters = {},
            Demand demand = Demand::kNothing);
  /// Sends what is posted and waits for it.
  void wait() {
    if (!sent_.empty()) await();
  }
  /// Sends what is posted and does not wait; errors are thrown by the next call that does.
  void send_posted();

  /// Runs a text of many statements without parameters. Nothing may be posted.
  void run_script(const std::string& sql);
  /// As the server said last. Nothing may be posted.
  [[nodiscard]] bool in_transaction() const;
  /// Waits for what was posted, whatever became of it, and ends the transaction if one is open.
  void abandon();

  [[nodiscard]] int backend_pid() const { return PQbackendPID(handle_.get()); }
  /// For LISTEN; the owner may wait for the socket and read notifications.
  [[nodiscard]] PGconn* handle() const { return handle_.get(); }

 private:
  struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, ClearResult>;

  /// A message on its way, and what its answer must be.
  struct Sent {
    PreparedName* statement = nullptr;
    bool is_prepare = false;
    Demand demand = Demand::kNothing;
    /// Of Demand::kRows.
    std::size_t rows = 1;
  };

  void send(std::string_view sql, std::span<const Value> parameters, Demand demand,
            std::size_t rows = 1);
  void deallocate_evicted();
  Result await();
  void check(const Sent& sent, PGresult* result, std::string& failure) const;
  [[nodiscard]] Result next_result(const std::string& failure) const;
  [[noreturn]] void lost(std::string_view what) const;

  struct Finish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  std::unique_ptr<PGconn, Finish> handle_;
  PreparedNames names_;
  TextParameters parameters_;
  /// In the order of their answers.
  std::vector<Sent> sent_;
  /// A sync was sent for the first `synced_` of sent_, whose answers nobody has read yet.
  std::size_t synced_ = 0;
};

}  // namespace tillcast::storage
