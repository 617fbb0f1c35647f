// Whole lists, for dialects that have no pages. Any thread that may read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/problem.h"
#include "commerce/page.h"

namespace tillcast::contracts {

/// Records that a list without pages has at most.
inline constexpr std::size_t kListedRecordsMax = 2'000;

using ReadPage = std::function<Outcome<commerce::Page>(const commerce::PageRequest&)>;
/// All pages that `read` gives, up to kListedRecordsMax records.
Outcome<std::vector<commerce::RecordImage>> read_all(const ReadPage& read);

/// The array of what `shape` makes of each record.
std::string json_array(const std::vector<commerce::RecordImage>& records,
                       const std::function<std::string(const commerce::RecordImage&)>& shape);

}  // namespace tillcast::contracts
