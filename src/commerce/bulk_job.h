// How far an import or a seed into a shop has come, as a record that its people see live: a `job`
// with the bulk's id, written in the transactions of the bulk's own steps. A bulk into no one shop
// has none. Commit thread, or whoever has the store to himself.
#pragma once

#include <cstdint>
#include <string_view>

#include "commerce/bulk.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// Rows are staged and checked; from now on they are applied.
void begin_bulk_job(storage::Transaction& transaction, std::string_view id,
                    const BulkTarget& target, std::int64_t rows, std::int64_t now_ms);
/// `rows` more are applied. Without a job nothing happens.
void advance_bulk_job(storage::Transaction& transaction, std::string_view id, std::string_view by,
                      std::int64_t rows, std::int64_t now_ms);
/// All rows are applied, and the rooms that were told nothing of them are told `reset`.
void end_bulk_job(storage::Transaction& transaction, std::string_view id, std::string_view by,
                  std::int64_t now_ms);

}  // namespace tillcast::commerce
