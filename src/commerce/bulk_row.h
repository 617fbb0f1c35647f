// One record as a line of an export: what leaves a store and comes into another one. Pure; any
// thread.
//
// A line is a JSON object: `kind` (user, shop, product, review, order), `id`, `created_at`, and the
// fields that the record's commands would have set. Versions, `updated_at`, ratings and figures are
// the store's own and follow from the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/problem.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// The kinds that travel, in the order in which one needs the other.
std::span<const Kind> bulk_kinds();
/// The fields of `kind` that a line has, in order.
std::span<const FieldIndex> bulk_fields(Kind kind);

/// A row that fits the schema table; nothing is known yet of what it names. An absent `id` is given
/// when it is stored; absent fields of a record that is there already stay as they are.
struct BulkRow {
  Record record;
  /// Fields that the line takes away by null.
  Values removed{};
};

/// The record as its line, without an end of line.
std::string bulk_line(const Record& record);

/// 400 `bad_json`, 422 `validation_failed` with what is wrong by field. `kind` may be left out of a
/// line if `assumed` is given.
Outcome<BulkRow> parse_bulk_line(std::string_view line, std::optional<Kind> assumed = std::nullopt);
Outcome<BulkRow> parse_bulk_object(const boost::json::object& line, std::optional<Kind> assumed);

/// `2026-11-21T09:52:00.123Z` in milliseconds since 1970, or nothing.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace tillcast::commerce
