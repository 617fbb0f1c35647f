// Orders as the old dialects ask for them. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/record.h"
#include "commerce/validate.h"
#include "storage/query.h"

namespace tillcast::contracts {

/// The body {status}, in any case.
Outcome<commerce::Values> read_status(std::string_view body);

/// A shop's people get its orders, customers their own; the latest first, at most
/// kListedRecordsMax. With `shop` those of that shop that the caller may see.
Outcome<std::vector<commerce::RecordImage>> orders_for(storage::Queries& queries,
                                                       const auth::Principal& who,
                                                       const std::string& shop = {});

}  // namespace tillcast::contracts
