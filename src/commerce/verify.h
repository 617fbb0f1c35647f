// Whether a store is sound: its log, its records against the log, and the figures that commands
// keep against what they are kept from. It reads and changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "storage/query.h"

namespace tillcast::commerce {

/// One thing that is wrong.
struct Finding {
  /// The check that found it: one word, the same in every version.
  std::string_view check;
  /// Such as `product prd_1` or `change 17`.
  std::string where;
  /// A sentence.
  std::string detail;
};
using FindingSink = std::function<void(const Finding&)>;

/// Is told the name of each check before it starts, its number from 1 and how many there are.
using CheckProgress =
    std::function<void(std::string_view check, std::size_t number, std::size_t total)>;

/// Runs every check in the snapshot of `queries`, on the caller's thread, and gives what is wrong
/// to `sink`: at most limits::kFindingsPerCheckMax of each check, then one that says how many more
/// there are. True if nothing is. Memory stays flat but for one entry a shop and day, and one a
/// room that was pruned. Throws StorageFailure, for what cannot even be read.
bool verify(storage::Queries& queries, const FindingSink& sink, const CheckProgress& progress = {});

}  // namespace tillcast::commerce
