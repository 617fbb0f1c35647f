// The tables of the change log in PostgreSQL's words, as numbered migrations of the component
// "log".
#pragma once

#include <array>

#include "storage/database.h"

namespace tillcast::storage {

// Texts are compared by their bytes (COLLATE "C") as in SQLite, which is also what indexes are
// fastest with. Each index of changes is a class of rooms (see Audience in storage/change_log.h).
// A process is alive while its writer's connection has the lock of kLockProcess (link.h).
inline constexpr std::array<Migration, 2> kPostgresLogMigrations = {{{1, "change log", R"sql(
CREATE TABLE meta (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE changes (
  lsn BIGINT NOT NULL PRIMARY KEY,
  txn BIGINT NOT NULL CHECK (txn BETWEEN 1 AND lsn),
  op SMALLINT NOT NULL CHECK (op BETWEEN 1 AND 3),
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  by_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  to_public SMALLINT NOT NULL CHECK (to_public IN (0, 1)),
  to_desk SMALLINT NOT NULL CHECK (to_desk IN (0, 1)),
  to_owner SMALLINT NOT NULL CHECK (to_owner IN (0, 1)),
  to_admin SMALLINT NOT NULL CHECK (to_admin IN (0, 1)),
  public_before SMALLINT NOT NULL CHECK (public_before IN (0, 1)),
  public_after SMALLINT NOT NULL CHECK (public_after IN (0, 1)),
  changed TEXT COLLATE "C" NOT NULL,
  image TEXT COLLATE "C" NOT NULL
);
CREATE INDEX changes_market ON changes (lsn) WHERE to_public = 1;
CREATE INDEX changes_shop ON changes (shop_id, lsn) WHERE to_public = 1;
CREATE INDEX changes_desk ON changes (shop_id, lsn) WHERE to_desk = 1;
CREATE INDEX changes_user ON changes (user_id, lsn) WHERE to_owner = 1;
CREATE INDEX changes_admin ON changes (lsn) WHERE to_admin = 1;

CREATE TABLE room_pruned (
  audience BIGINT NOT NULL,
  room_key TEXT COLLATE "C" NOT NULL,
  lsn BIGINT NOT NULL,
  PRIMARY KEY (audience, room_key)
);
)sql"},
                                                                     {2, "processes", R"sql(
CREATE VIEW living_processes (number) AS
  SELECT objid::BIGINT FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 1416195181 AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
)sql"}}};

}  // namespace tillcast::storage
