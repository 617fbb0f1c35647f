// Request bodies against the schema table. Pure; any thread, and meant for the loops: a command
// gets values that are already checked.
#pragma once

#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/problem.h"
#include "commerce/record.h"
#include "commerce/schema.h"

namespace tillcast::commerce {

enum class BodyMode : std::uint8_t {
  /// Every required field must be there.
  kCreate,
  /// RFC 7396: what is there is set, null takes an optional field away.
  kPatch,
};

/// Parses a body and demands a JSON object. 400 `bad_json` for what is no JSON, is nested deeper
/// than limits::kJsonDepthMax, or is no object.
Outcome<boost::json::object> parse_object(std::string_view body);

/// The fields of `body` as values that fit the table: known, writable by `writer`, of the right
/// type and within bounds. Else 422 `validation_failed` with one entry per wrong field (codes
/// `unknown`, `read_only`, `type`, `required`, `too_short`, `too_long`, `too_small`, `too_large`,
/// `format`, `value`).
Outcome<Values> validate(Kind kind, std::string_view body, BodyMode mode, Writers writer);
Outcome<Values> validate(Kind kind, const boost::json::object& body, BodyMode mode, Writers writer);

/// 422 `validation_failed` with these field errors.
Problem validation_problem(std::vector<FieldError> fields);

}  // namespace tillcast::commerce
