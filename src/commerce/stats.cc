#include "commerce/stats.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "auth/policy.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/time_text.h"

namespace tillcast::commerce {
namespace {

constexpr std::string_view kTotal = "total";

/// A shop's figures of one day have an id that follows from both, so that no search is needed.
std::string stats_id(std::string_view shop_id, std::string_view day) {
  return std::string(shop_id) + '_' + std::string(day);
}

/// Makes the row of a total or a day, which is missing.
Record insert_figures(RecordWriter& writer, std::string_view shop_id, std::string_view day,
                      const Sale& sale, const Goods* goods) {
  Record stats(Kind::kStats);
  stats.set(kId, stats_id(shop_id, day));
  stats.set(stats::kShopId, std::string(shop_id));
  stats.set(stats::kDay, std::string(day));
  stats.set(stats::kOrders, sale.orders);
  stats.set(stats::kRevenueMinor, sale.revenue_minor);
  stats.set(stats::kProfitMinor, sale.profit_minor);
  stats.set(stats::kUnits, sale.units);
  if (goods != nullptr) {
    stats.set(stats::kProducts, goods->products);
    stats.set(stats::kLowStock, goods->low_stock);
  }
  writer.insert(stats);
  return stats;
}

/// The row as it is then; nothing if a figure would leave its bounds.
std::optional<Record> add_to(RecordWriter& writer, storage::Transaction& transaction,
                             std::string_view shop_id, std::string_view day, const Sale& sale,
                             const Goods* goods = nullptr) {
  const std::string id = stats_id(shop_id, day);
  const std::array<std::int64_t, 6> deltas = {sale.orders,
                                              sale.revenue_minor,
                                              sale.profit_minor,
                                              sale.units,
                                              goods == nullptr ? 0 : goods->products,
                                              goods == nullptr ? 0 : goods->low_stock};
  // The total goes with each order to whoever is told of it; the days need not be told so often.
  auto adjusted = day == kTotal ? writer.adjust(Kind::kStats, id, deltas)
                                : writer.adjust_and_tell_later(Kind::kStats, id, deltas);
  if (adjusted) return adjusted;
  if (read_record(transaction, Kind::kStats, id)) return std::nullopt;
  return insert_figures(writer, shop_id, day, sale, goods);
}

/// Books the sale, which is in `total` already, to the month that it is of.
void book_month(RecordWriter& writer, Record& total, std::string_view month, const Sale& sale) {
  const std::string_view latest = total.text(stats::kMonth);
  if (month == latest) return;
  if (month > latest) {
    const std::int64_t earlier = total.integer(stats::kRevenueMinor) - sale.revenue_minor;
    writer.update(total,
                  {{stats::kMonth, std::string(month)}, {stats::kEarlierRevenueMinor, earlier}});
  } else {
    const std::int64_t earlier = total.integer(stats::kEarlierRevenueMinor) + sale.revenue_minor;
    writer.update(total, {{stats::kEarlierRevenueMinor, earlier}});
  }
}

/// Shops with products or sales whose total lacks what only newer ones have.
std::vector<std::string> shops_to_complete(storage::Queries& queries) {
  std::vector<std::string> shops;
  queries.query(
      "SELECT id FROM shops s WHERE NOT EXISTS (SELECT 1 FROM stats t WHERE t.shop_id = s.id "
      "AND t.day = 'total' AND t.products IS NOT NULL) "
      "AND (EXISTS (SELECT 1 FROM products p WHERE p.shop_id = s.id) "
      "OR EXISTS (SELECT 1 FROM stats t WHERE t.shop_id = s.id)) ORDER BY id LIMIT $1",
      {kTotalsPerStepMax}, [&](const storage::Row& row) { shops.emplace_back(row.text(0)); });
  return shops;
}

Goods count_goods_of(storage::Queries& queries, std::string_view shop_id) {
  Goods goods;
  queries.query(
      "SELECT count(*), sum(CASE WHEN stock < low_stock_threshold THEN 1 ELSE 0 END) "
      "FROM products WHERE shop_id = $1",
      {shop_id}, [&](const storage::Row& row) {
        goods = {row.integer(0), row.is_null(1) ? 0 : row.integer(1)};
      });
  return goods;
}

/// The month of the last day that anything was sold on, and the revenue before it.
Values months_of(storage::Queries& queries, std::string_view shop_id) {
  Values values;
  queries.query(
      "SELECT month, (SELECT CAST(sum(revenue_minor) AS BIGINT) FROM stats "
      "WHERE shop_id = $1 AND day < month) FROM (SELECT substr(max(day), 1, 7) AS month "
      "FROM stats WHERE shop_id = $1 AND day <> 'total') AS latest",
      {shop_id}, [&](const storage::Row& row) {
        if (row.is_null(0)) return;
        values.emplace_back(stats::kMonth, std::string(row.text(0)));
        values.emplace_back(stats::kEarlierRevenueMinor, row.is_null(1) ? 0 : row.integer(1));
      });
  return values;
}

}  // namespace

Goods goods_of(const Record& product) {
  const bool low = product.integer(product::kStock) < product.integer(product::kLowStockThreshold);
  return {.products = 1, .low_stock = low ? 1 : 0};
}

std::int64_t made_low(const Record& product, std::int64_t delta) {
  const std::int64_t threshold = product.integer(product::kLowStockThreshold);
  const std::int64_t stock = product.integer(product::kStock);
  return (stock < threshold ? 1 : 0) - (stock - delta < threshold ? 1 : 0);
}

std::string_view month_of(std::string_view day) { return day.substr(0, 7); }

bool add_sale(RecordWriter& writer, storage::Transaction& transaction, std::string_view shop_id,
              std::int64_t at_ms, const Sale& sale) {
  const std::string day = utc_day(at_ms);
  const Goods goods{.low_stock = sale.low_stock};
  if (!add_to(writer, transaction, shop_id, day, sale)) return false;
  auto total = add_to(writer, transaction, shop_id, kTotal, sale, &goods);
  if (!total) return false;
  book_month(writer, *total, month_of(day), sale);
  return true;
}

void count_goods(RecordWriter& writer, storage::Transaction& transaction, std::string_view shop_id,
                 const Goods& added) {
  if (added.products == 0 && added.low_stock == 0) {
    auto total = read_record(transaction, Kind::kStats, stats_id(shop_id, kTotal));
    if (total) writer.touch(*total);
    return;
  }
  if (!add_to(writer, transaction, shop_id, kTotal, {}, &added)) {
    throw std::runtime_error("The figures of shop " + std::string(shop_id) +
                             " do not hold its products: verify the data.");
  }
}

void count_product(RecordWriter& writer, storage::Transaction& transaction, const Record* before,
                   const Record* after) {
  const Goods was = before == nullptr ? Goods{} : goods_of(*before);
  const Goods is = after == nullptr ? Goods{} : goods_of(*after);
  const Record& either = after == nullptr ? *before : *after;
  count_goods(writer, transaction, either.shop_id(),
              {is.products - was.products, is.low_stock - was.low_stock});
}

bool complete_totals(storage::Transaction& transaction, std::int64_t now_ms) {
  RecordWriter writer(transaction, now_ms, {});
  const auto shops = shops_to_complete(transaction);
  for (const std::string& shop_id : shops) {
    const Goods goods = count_goods_of(transaction, shop_id);
    auto total = read_record(transaction, Kind::kStats, stats_id(shop_id, kTotal));
    if (!total) {
      insert_figures(writer, shop_id, kTotal, {}, &goods);
      continue;
    }
    Values values = months_of(transaction, shop_id);
    values.emplace_back(stats::kProducts, goods.products);
    values.emplace_back(stats::kLowStock, goods.low_stock);
    writer.update(*total, values);
  }
  return static_cast<std::int64_t>(shops.size()) == kTotalsPerStepMax;
}

Outcome<Page> list_stats(storage::Queries& queries, const auth::Principal& who,
                         std::string_view shop_id) {
  if (!read_record(queries, Kind::kShop, shop_id)) return not_found("shop");
  if (!auth::may_manage(who, shop_id)) {
    return forbidden("Only the people of this shop may see its figures.");
  }
  // `total` sorts behind every day, so falling order puts it first.
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kStats)) +
                                  " FROM stats WHERE shop_id = $1 ORDER BY day DESC LIMIT $2";
  Page page;
  queries.query(kSql, {shop_id, kStatsDaysMax + 1}, [&](const storage::Row& row) {
    page.items.push_back(image_of(read_row(Kind::kStats, row)));
  });
  return page;
}

}  // namespace tillcast::commerce
