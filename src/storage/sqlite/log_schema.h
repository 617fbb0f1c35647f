// The tables of the change log in SQLite's words, as numbered migrations of the component "log".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "storage/database.h"

namespace tillcast::storage {

/// The database in its folder, and SQLite's application_id of our files: "Till".
inline constexpr std::string_view kSqliteFileName = "tillcast.db";
inline constexpr std::int64_t kSqliteApplicationId = 0x54696c6c;
/// Characters of a new epoch.
inline constexpr std::size_t kSqliteEpochLength = 12;

// An absent shop, user or author is '' and not NULL, so that conditions and keys stay plain.
// Each index of changes is a class of rooms (see Audience in storage/change_log.h).
inline constexpr std::array<Migration, 2> kSqliteLogMigrations = {{{1, "change log", R"sql(
CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
  lsn INTEGER NOT NULL PRIMARY KEY,
  txn INTEGER NOT NULL CHECK (txn BETWEEN 1 AND lsn),
  op INTEGER NOT NULL CHECK (op BETWEEN 1 AND 3),
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  shop_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  by_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  to_public INTEGER NOT NULL CHECK (to_public IN (0, 1)),
  to_desk INTEGER NOT NULL CHECK (to_desk IN (0, 1)),
  to_owner INTEGER NOT NULL CHECK (to_owner IN (0, 1)),
  to_admin INTEGER NOT NULL CHECK (to_admin IN (0, 1)),
  public_before INTEGER NOT NULL CHECK (public_before IN (0, 1)),
  public_after INTEGER NOT NULL CHECK (public_after IN (0, 1)),
  changed TEXT NOT NULL,
  image TEXT NOT NULL
) STRICT;
CREATE INDEX changes_market ON changes (lsn) WHERE to_public = 1;
CREATE INDEX changes_shop ON changes (shop_id, lsn) WHERE to_public = 1;
CREATE INDEX changes_desk ON changes (shop_id, lsn) WHERE to_desk = 1;
CREATE INDEX changes_user ON changes (user_id, lsn) WHERE to_owner = 1;
CREATE INDEX changes_admin ON changes (lsn) WHERE to_admin = 1;

CREATE TABLE room_pruned (
  audience INTEGER NOT NULL,
  room_key TEXT NOT NULL,
  lsn INTEGER NOT NULL,
  PRIMARY KEY (audience, room_key)
) STRICT, WITHOUT ROWID;
)sql"},
                                                                   {2, "processes", R"sql(
CREATE VIEW living_processes (number) AS SELECT 0 WHERE 0;
)sql"}}};

}  // namespace tillcast::storage
