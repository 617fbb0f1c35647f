// Optimistic concurrency: `If-Match: "VERSION"` (RFC 9110 section 13.1.1). Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/record.h"

namespace tillcast::commerce {

/// The version of an If-Match header; nothing for an empty value or `*`. 400 `bad_if_match`.
Outcome<std::optional<std::int64_t>> parse_if_match(std::string_view header);

/// 412 `version_conflict` with the current record if `if_match` is another version; else nothing.
std::optional<Problem> check_version(const Record& record, const auth::Principal& who,
                                     std::optional<std::int64_t> if_match);

}  // namespace tillcast::commerce
