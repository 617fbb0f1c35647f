// A connection that is made again when it is lost, and the words that every user of one shares.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/postgres/connection.h"

namespace tillcast::storage {

/// The database as it was when it was opened; shared by all its connections, and constant.
struct PostgresHome {
  PostgresServer server;
  /// The log's epoch, and what made it: the cluster, its timeline, the database and the table.
  std::string epoch;
  std::string identity;
  /// Where a writer tells the others of its commit.
  std::string channel;
  /// Of this process, as Database::process_number().
  std::int64_t process = 0;
};

/// Positions in two logs do not compare, so a process stays with the one that it started with.
inline constexpr std::string_view kMovedHome =
    "the database was restored or another server took over: restart tillcast";

/// Gives the identity of the log that the connection sees.
std::string read_identity(PostgresConnection& connection);

/// The lock that is taken first in every group. It belongs to the schema, and ends with the
/// transaction.
inline constexpr std::string_view kLockLog =
    "SELECT pg_advisory_xact_lock(1416195180, hashtext(current_schema()))";

/// The lock that says that this process is alive. It ends with its connection; shared, because the
/// server may not have noticed yet that the connection before is gone.
inline constexpr std::string_view kLockProcess =
    "SELECT pg_advisory_lock_shared(1416195181, $1::int)";

/// Owns one connection to `home`, or none after it was lost. One thread.
class PostgresLink {
 public:
  /// `home` outlives it. Connects when it is first used.
  explicit PostgresLink(const PostgresHome& home) : home_(home) {}

  /// The connection, made again if there is none. Throws ConnectionLost, and StorageFailure if the
  /// server has another log by now (kMovedHome).
  PostgresConnection& get();
  /// The connection as it is, for what only makes sense on the one that was used before. Throws
  /// ConnectionLost.
  PostgresConnection& current();
  void drop() noexcept { connection_.reset(); }
  [[nodiscard]] bool connected() const { return connection_ != nullptr; }

 private:
  const PostgresHome& home_;
  std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace tillcast::storage
