// A shop's figures, in total and a UTC day: orders that are not cancelled, their revenue, profit
// and units; in total also its products, those that are low, and what was sold in the latest month.
// They are kept by the transactions that change orders and products, never counted afterwards, and
// each of these tells the total, so that whoever is told of an order or a product can be told the
// figures as they are after it. The days are told once a group of commands,
// or before, with a command that needs them written.
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
  /// Products that it made low, less those that are low no more.
  std::int64_t low_stock = 0;
};

/// Products of a shop, and those of them whose stock is below their threshold.
struct Goods {
  std::int64_t products = 0;
  std::int64_t low_stock = 0;
};
/// What this product counts for.
Goods goods_of(const Record& product);
/// Products that a change of the stock by `delta`, which is in `product` already, made low: -1 to
/// 1.
std::int64_t made_low(const Record& product, std::int64_t delta);

/// Adds to the shop's total and to the day of `at_ms`; makes the rows that are missing. False if a
/// figure would leave its bounds: then the command must refuse.
bool add_sale(RecordWriter& writer, storage::Transaction& transaction, std::string_view shop_id,
              std::int64_t at_ms, const Sale& sale);

/// Adds to what the shop has, and tells its total, also if nothing is added: for transactions that
/// change its products or orders and sell nothing. Throws std::runtime_error for what cannot be.
void count_goods(RecordWriter& writer, storage::Transaction& transaction, std::string_view shop_id,
                 const Goods& added);
/// Of a product that was `before` and is now `after`; null for none.
void count_product(RecordWriter& writer, storage::Transaction& transaction, const Record* before,
                   const Record* after);

/// Counts what the totals of older data do not hold yet, at most kTotalsPerStepMax shops.
/// True if there may be more: call again, in another transaction. Before any other command.
inline constexpr std::int64_t kTotalsPerStepMax = 500;
bool complete_totals(storage::Transaction& transaction, std::int64_t now_ms);

/// The UTC month of a day or of a time as text.
std::string_view month_of(std::string_view day);

/// The total first, then the latest days. Members and admins alone. 404, 403.
Outcome<Page> list_stats(storage::Queries& queries, const auth::Principal& who,
                         std::string_view shop_id);
/// Days that list_stats() and a desk's snapshot hold.
inline constexpr std::int64_t kStatsDaysMax = 90;

}  // namespace tillcast::commerce
