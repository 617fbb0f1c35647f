// The only door by which rows of kinds change: each call writes the row and its change of the log,
// so that neither can be without the other. Also the reads by id.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "commerce/record.h"
#include "commerce/record_log.h"
#include "commerce/schema.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// Writes records for one command. Commit thread only; lives as long as its transaction. Keeps
/// `version` (+1 a change), `created_at` and `updated_at`. A change is in the rooms in which the
/// record appears or disappears, and in those that are shown at least one of the changed fields.
class RecordWriter {
 public:
  /// `by` is the user who causes the changes, empty for the system; it is only looked at.
  RecordWriter(storage::Transaction& transaction, std::int64_t now_ms, std::string_view by)
      : transaction_(transaction), author_{now_ms, by} {}

  /// Writes a new row. `record` must have an id and every required field; gets its version and
  /// times (a `created_at` that is there already is kept: demo data has a past).
  RecordImage insert(Record& record);

  /// Sets `values` on the row that `record` was read from in this transaction, and on `record`.
  /// If none of them is really different nothing is written and the image is of what was there.
  RecordImage update(Record& record, const Values& values);

  /// Tells the row again as it is, as a new version: for one that says how things stand after this
  /// transaction.
  RecordImage touch(Record& record);

  /// Adds to the additive fields of a row, in the order of the table. A field that is absent stays
  /// absent. Nothing if there is no such row or a field would leave its bounds. The row is written
  /// with the group, in one conditional statement.
  std::optional<Record> adjust(Kind kind, std::string_view id,
                               std::span<const std::int64_t> deltas);

  /// The same; the log has it once a group, as the system's change behind those of the commands, or
  /// with the first command that needs it written.
  /// The version goes up with that. Of one record always the same of the two.
  std::optional<Record> adjust_and_tell_later(Kind kind, std::string_view id,
                                              std::span<const std::int64_t> deltas);

  /// Removes the row that `record` was read from.
  RecordImage remove(const Record& record);

 private:
  /// Writes all of `record` as its next version.
  RecordImage rewrite(Record& record, std::string changed, bool public_before, bool text_changed);

  storage::Transaction& transaction_;
  Author author_;
};

/// The record, or nothing.
std::optional<Record> read_record(storage::Queries& queries, Kind kind, std::string_view id);
/// As the group's commands left it, from memory if one of them read it before.
std::optional<Record> read_record(storage::Transaction& transaction, Kind kind,
                                  std::string_view id);

/// The columns of a kind's table in schema order, separated by commas: what read_row() expects.
std::string_view columns_of(Kind kind);
/// A record of a row that was selected with columns_of().
Record read_row(Kind kind, const storage::Row& row);

}  // namespace tillcast::commerce
