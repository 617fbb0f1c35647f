// What can only be said of all rows together: of staged ones against each other and against the
// store.
#pragma once

#include <functional>

#include "commerce/bulk.h"

namespace tillcast::commerce {

/// Gives the rows that cannot be applied.
void check_staged(storage::Queries& queries, const std::function<void(BulkFault)>& fault);

}  // namespace tillcast::commerce
