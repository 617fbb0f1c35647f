#include "commerce/stats.h"

#include <array>

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

bool add_to(RecordWriter& writer, storage::Queries& queries, std::string_view shop_id,
            std::string_view day, const Sale& sale) {
  const std::string id = stats_id(shop_id, day);
  const std::array<std::int64_t, 4> deltas = {sale.orders, sale.revenue_minor, sale.profit_minor,
                                              sale.units};
  if (writer.adjust(Kind::kStats, id, deltas)) return true;
  if (read_record(queries, Kind::kStats, id)) return false;
  Record stats(Kind::kStats);
  stats.set(kId, id);
  stats.set(stats::kShopId, std::string(shop_id));
  stats.set(stats::kDay, std::string(day));
  stats.set(stats::kOrders, sale.orders);
  stats.set(stats::kRevenueMinor, sale.revenue_minor);
  stats.set(stats::kProfitMinor, sale.profit_minor);
  stats.set(stats::kUnits, sale.units);
  writer.insert(stats);
  return true;
}

}  // namespace

bool add_sale(RecordWriter& writer, storage::Queries& queries, std::string_view shop_id,
              std::int64_t at_ms, const Sale& sale) {
  return add_to(writer, queries, shop_id, kTotal, sale) &&
         add_to(writer, queries, shop_id, utc_day(at_ms), sale);
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
