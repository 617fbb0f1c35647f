// The dialects that this server speaks beside its own: one line each.
#pragma once

#include <span>
#include <string_view>

#include "contracts/dialect/dialect.h"

namespace tillcast::app {

std::span<const contracts::Dialect* const> dialects();

/// Null for a name that is none's.
const contracts::Dialect* find_dialect(std::string_view name);

}  // namespace tillcast::app
