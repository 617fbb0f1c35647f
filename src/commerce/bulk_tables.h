// Where a bulk waits until it is applied: tables of their own, outside the log, as numbered
// migrations of the component "bulk".
#pragma once

#include <array>
#include <span>

#include "storage/database.h"

namespace tillcast::commerce {

inline constexpr std::string_view kBulkComponent = "bulk";

/// What a row names may be staged itself, and what it claims may be claimed twice.
inline constexpr std::string_view kStagedNames = R"sql(
CREATE INDEX bulk_rows_id ON bulk_rows (step, id);
CREATE INDEX bulk_rows_key ON bulk_rows (step, unique_key);
)sql";

inline constexpr std::array<storage::Migration, 2> kSqliteBulkMigrations = {
    {{1, "staging", R"sql(
CREATE TABLE bulks (
  id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  by_id TEXT NOT NULL,
  rows_total BIGINT NOT NULL,
  quiet BIGINT NOT NULL
);

CREATE TABLE bulk_rows (
  step BIGINT NOT NULL,
  line BIGINT NOT NULL,
  id TEXT NOT NULL,
  shop_id TEXT NOT NULL,
  unique_key TEXT NOT NULL,
  product_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (step, line)
);

CREATE TABLE bulk_rooms (
  shop_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (shop_id, user_id)
);
)sql"},
     {2, "staged names", kStagedNames}}};

// Texts are compared with those of the kinds' tables, which are in the order of their bytes.
inline constexpr std::array<storage::Migration, 2> kPostgresBulkMigrations = {
    {{1, "staging",
      R"sql(
CREATE TABLE bulks (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  state TEXT COLLATE "C" NOT NULL,
  by_id TEXT COLLATE "C" NOT NULL,
  rows_total BIGINT NOT NULL,
  quiet BIGINT NOT NULL
);

CREATE TABLE bulk_rows (
  step BIGINT NOT NULL,
  line BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL,
  unique_key TEXT COLLATE "C" NOT NULL,
  product_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (step, line)
);

CREATE TABLE bulk_rooms (
  shop_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (shop_id, user_id)
);
)sql"},
     {2, "staged names", kStagedNames}}};

constexpr std::span<const storage::Migration> bulk_migrations(storage::Engine engine) {
  if (engine == storage::Engine::kPostgres) return kPostgresBulkMigrations;
  return kSqliteBulkMigrations;
}

}  // namespace tillcast::commerce
