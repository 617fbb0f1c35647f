// How `tillcast tail` shows one change: as JSON, and as a line for people. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "feed/projection.h"
#include "storage/change_log.h"

namespace tillcast::app {

/// A change as the log has it: {type, lsn, txn, kind, op, id, version, at, shop_id?, user_id?, by?,
/// changed?, record}.
std::string tail_json(const storage::Change& change);
/// {type: "reset", reason}.
std::string tail_reset_json(feed::ResetReason reason);

/// A line for people of a line of JSON, be it of the log or of a room: time, place, what happened
/// to what, and its fields. Nothing in it can steer a terminal. At most `width` characters; 0 for
/// no bound.
std::string tail_text(std::string_view json, std::size_t width);

}  // namespace tillcast::app
