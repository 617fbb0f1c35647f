// Whole lists, for dialects that have no pages. Any thread that may read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/catalogue.h"
#include "commerce/page.h"
#include "contracts/dialect/image.h"
#include "storage/query.h"

namespace tillcast::contracts {

/// Records that a list without pages has at most.
inline constexpr std::size_t kListedRecordsMax = 2'000;

using ReadPage = std::function<Outcome<commerce::Page>(const commerce::PageRequest&)>;
/// All pages that `read` gives, up to kListedRecordsMax records.
Outcome<std::vector<commerce::RecordImage>> read_all(const ReadPage& read);

/// The products that `query` finds, on whatever page.
Outcome<std::vector<commerce::RecordImage>> all_products(storage::Queries& queries,
                                                         const auth::Principal& who,
                                                         commerce::ProductQuery query);

/// The array of what `json` makes of each record.
std::string json_array(const std::vector<commerce::RecordImage>& records, RecordJson json);

}  // namespace tillcast::contracts
