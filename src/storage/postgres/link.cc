#include "storage/postgres/link.h"

namespace tillcast::storage {

std::string read_identity(PostgresConnection& connection) {
  // A new timeline starts when a standby takes over and at a restore to a point in time; the other
  // parts change when the data come from a dump.
  static constexpr std::string_view kSql =
      "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || "
      "substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || '/' || "
      "(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || "
      "to_regclass('changes')::oid";
  std::string identity;
  connection.query(kSql, {}, [&identity](const Row& row) { identity = row.text(0); });
  return identity;
}

PostgresConnection& PostgresLink::get() {
  if (connection_ == nullptr) {
    auto connection = std::make_unique<PostgresConnection>(home_.server);
    if (read_identity(*connection) != home_.identity) {
      throw StorageFailure(std::string(kMovedHome));
    }
    connection_ = std::move(connection);
  }
  return *connection_;
}

PostgresConnection& PostgresLink::current() {
  if (connection_ == nullptr) throw ConnectionLost("the connection was lost before");
  return *connection_;
}

}  // namespace tillcast::storage
