// Changes of records as rows of the log: who is told of them, and what they hold.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "commerce/record.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// Who made a change, and when.
struct Author {
  std::int64_t now_ms;
  /// A user's id; empty for the system.
  std::string_view by;
};

/// Each logs one change of the record that `image` is of, in the rooms that it concerns.
void log_created(storage::Transaction& transaction, const Author& author, const RecordImage& image);
/// `changed` are the names of the changed fields, separated by commas.
void log_updated(storage::Transaction& transaction, const Author& author, const RecordImage& image,
                 bool public_before, std::string changed);
void log_deleted(storage::Transaction& transaction, const Author& author, const RecordImage& image);

/// Adds a name to such a list.
void append_name(std::string& names, std::string_view name);
/// Such a list of the additive fields, in the order of the table, whose delta is not 0.
std::string names_of_changed(Kind kind, std::span<const std::int64_t> deltas);

}  // namespace tillcast::commerce
