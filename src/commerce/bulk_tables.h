// Where a bulk waits until it is applied: tables of their own, outside the log, as numbered
// migrations of the component "bulk". The text serves every engine.
#pragma once

#include <array>

#include "storage/database.h"

namespace tillcast::commerce {

inline constexpr std::string_view kBulkComponent = "bulk";

inline constexpr std::array<storage::Migration, 1> kBulkMigrations = {{{1, "staging", R"sql(
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
)sql"}}};

}  // namespace tillcast::commerce
