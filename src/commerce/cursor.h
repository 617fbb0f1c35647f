// The opaque text that a page ends with: the sort key of its last record, so that the next page
// goes on after it whatever has changed in between. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "commerce/page.h"

namespace tillcast::commerce {

/// The parts of a sort key as texts. They are no secret and are not trusted: a forged cursor only
/// asks for another part of a list that the caller may read anyway.
using CursorParts = std::vector<std::string>;

std::string make_cursor(const CursorParts& parts);
/// 400 `bad_cursor` for a text that is no cursor of `count` parts.
Outcome<CursorParts> parse_cursor(std::string_view cursor, std::size_t count);
/// The number in a part; nothing if it is none.
std::optional<std::int64_t> cursor_integer(const std::string& part);

Problem bad_cursor();

/// Records a page holds: at least one, at most limits::kListItemsMax.
std::int64_t page_limit(const PageRequest& page);

}  // namespace tillcast::commerce
