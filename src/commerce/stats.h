// A shop's figures, in total and a UTC day: orders that are not cancelled, their revenue, profit
// and units. They are kept by the transactions that change orders, never counted afterwards.
#pragma once

#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/page.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

/// What one order adds to the figures.
struct Sale {
  std::int64_t orders = 0;
  std::int64_t revenue_minor = 0;
  std::int64_t profit_minor = 0;
  std::int64_t units = 0;
};

/// Adds to the shop's total and to the day of `at_ms`; makes the rows that are missing. False if a
/// figure would leave its bounds: then the command must refuse.
bool add_sale(RecordWriter& writer, storage::Queries& queries, std::string_view shop_id,
              std::int64_t at_ms, const Sale& sale);

/// The total first, then the latest days. Members and admins alone. 404, 403.
Outcome<Page> list_stats(storage::Queries& queries, const auth::Principal& who,
                         std::string_view shop_id);
/// Days that list_stats() and a desk's snapshot hold.
inline constexpr std::int64_t kStatsDaysMax = 90;

}  // namespace tillcast::commerce
