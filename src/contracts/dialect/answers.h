// Records and lists as a dialect answers them: 200 in its own words, or what was refused. Any
// thread.
#pragma once

#include <vector>

#include "base/problem.h"
#include "commerce/record.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// A record that was read.
Outcome<RestAnswer> record_answer(const Outcome<commerce::RecordImage>& record, RecordJson json);

/// A list that was read, as an array.
Outcome<RestAnswer> list_answer(const Outcome<std::vector<commerce::RecordImage>>& records,
                                RecordJson json);

/// For a record that was written.
Rest::Shape answered(int status, RecordJson json);

}  // namespace tillcast::contracts
