// Lists that are read a page at a time, by key, so that they stay right while rows change.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/limits.h"
#include "commerce/record.h"

namespace tillcast::commerce {

struct PageRequest {
  /// 1 to limits::kListItemsMax; more is cut to it.
  std::size_t limit = limits::kListItemsDefault;
  /// The `next_cursor` of the page before, or empty.
  std::string cursor{};
};

struct Page {
  std::vector<RecordImage> items{};
  /// Empty after the last page.
  std::string next_cursor{};
};

}  // namespace tillcast::commerce
