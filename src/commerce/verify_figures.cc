// What commands keep beside the records, against the records that it is kept from.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>
#include <utility>

#include "commerce/stats.h"
#include "commerce/time_text.h"
#include "commerce/verify_checks.h"

namespace tillcast::commerce {
namespace {

using storage::Row;

/// The entries of one product. In whatever order they were written, each begins with the stock that
/// another one ended with, the first with none, and the last ends with the stock of today.
class StockChain {
 public:
  void start(std::string_view product_id) {
    product_id_ = product_id;
    sum_ = 0;
    ends_.clear();
    ends_[0] = 1;
  }
  void add(std::int64_t delta, std::int64_t stock_after) {
    sum_ += delta;
    step(stock_after, 1);
    step(stock_after - delta, -1);
  }
  [[nodiscard]] const std::string& product_id() const { return product_id_; }
  [[nodiscard]] std::int64_t sum() const { return sum_; }
  /// The chain ends with `stock`, and with nothing else.
  [[nodiscard]] bool ends_with(std::int64_t stock) const {
    return ends_.size() == 1 && ends_.begin()->first == stock && ends_.begin()->second == 1;
  }
  /// Of a product that was deleted: wherever it ended.
  [[nodiscard]] bool is_whole() const { return ends_.size() == 1 && ends_.begin()->second == 1; }

 private:
  void step(std::int64_t stock, int count) {
    const auto at = ends_.try_emplace(stock, 0).first;
    at->second += count;
    if (at->second == 0) ends_.erase(at);
  }

  std::string product_id_;
  std::int64_t sum_ = 0;
  std::map<std::int64_t, int> ends_;
};

void check_chain(const StockChain& chain, std::optional<std::int64_t> stock, Findings& findings) {
  const std::string where = "product " + chain.product_id();
  if (stock && chain.sum() != *stock) {
    findings.add(where, "Its stock is " + std::to_string(*stock) + ", and its entries come to " +
                            std::to_string(chain.sum()) + ".");
  } else if (stock ? !chain.ends_with(*stock) : !chain.is_whole()) {
    findings.add(where, "Its stock entries do not follow from each other.");
  }
}

/// The lines of an order added up; nothing for what is no list of lines.
struct Lines {
  std::int64_t total_minor = 0;
  std::int64_t units = 0;
};

std::optional<Lines> add_up(std::string_view items) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(items, error);
  if (error || !parsed.is_array()) return std::nullopt;
  Lines lines;
  for (const auto& item : parsed.get_array()) {
    const auto* line = item.if_object();
    const auto* price = line == nullptr ? nullptr : line->if_contains("price_minor");
    const auto* quantity = line == nullptr ? nullptr : line->if_contains("quantity");
    if (price == nullptr || quantity == nullptr || !price->is_int64() || !quantity->is_int64()) {
      return std::nullopt;
    }
    lines.total_minor += price->get_int64() * quantity->get_int64();
    lines.units += quantity->get_int64();
  }
  return lines;
}

/// (shop, day or `total`) → figures.
using Figures = std::map<std::pair<std::string, std::string>, Sale>;

bool same(const Sale& a, const Sale& b) {
  return a.orders == b.orders && a.revenue_minor == b.revenue_minor &&
         a.profit_minor == b.profit_minor && a.units == b.units;
}

std::string to_text(const Sale& sale) {
  return std::to_string(sale.orders) + " orders, revenue " + std::to_string(sale.revenue_minor) +
         ", profit " + std::to_string(sale.profit_minor) + ", " + std::to_string(sale.units) +
         " units";
}

std::string to_text(const Goods& goods) {
  return std::to_string(goods.products) + " products, " + std::to_string(goods.low_stock) +
         " of them low";
}

Figures figures_of_orders(storage::Queries& queries) {
  Figures figures;
  queries.query(
      "SELECT shop_id, created_at, total_minor, profit_minor, items FROM orders "
      "WHERE status <> 'cancelled'",
      {}, [&](const Row& row) {
        const auto lines = add_up(row.text(4));
        const std::string shop(row.text(0));
        for (const std::string& day : {std::string("total"), utc_day(row.integer(1))}) {
          Sale& sale = figures[{shop, day}];
          sale.orders += 1;
          sale.revenue_minor += row.integer(2);
          sale.profit_minor += row.integer(3);
          sale.units += lines ? lines->units : 0;
        }
      });
  return figures;
}

/// What a total says beside its sums.
void check_totals(storage::Queries& queries, Findings& findings) {
  std::map<std::string, Goods> goods;
  queries.query(
      "SELECT shop_id, count(*), sum(CASE WHEN stock < low_stock_threshold THEN 1 ELSE 0 END) "
      "FROM products GROUP BY shop_id",
      {}, [&](const Row& row) {
        goods[std::string(row.text(0))] = {row.integer(1), row.integer(2)};
      });
  const auto check_goods = [&](const std::string& shop, const Goods& kept) {
    const Goods counted = std::exchange(goods[shop], {});
    if (kept.products == counted.products && kept.low_stock == counted.low_stock) return;
    findings.add("shop " + shop + " total",
                 "Its figures say " + to_text(kept) + "; there are " + to_text(counted) + ".");
  };
  queries.query(
      "SELECT t.shop_id, t.products, t.low_stock, coalesce(t.month, ''), "
      "coalesce(t.earlier_revenue_minor, 0), "
      "coalesce(CAST((SELECT sum(d.revenue_minor) FROM stats d WHERE d.shop_id = t.shop_id "
      "AND d.day < t.month) AS BIGINT), 0), "
      "coalesce((SELECT max(d.day) FROM stats d WHERE d.shop_id = t.shop_id "
      "AND d.day <> 'total'), '') FROM stats t WHERE t.day = 'total'",
      {}, [&](const Row& row) {
        const std::string shop(row.text(0));
        check_goods(shop, {row.integer(1), row.integer(2)});
        if (row.integer(4) != row.integer(5) || row.text(3) != month_of(row.text(6))) {
          findings.add("shop " + shop + " total",
                       "Its month is " + std::string(row.text(3)) + " after a revenue of " +
                           std::to_string(row.integer(4)) + "; its days say " +
                           std::string(month_of(row.text(6))) + " after " +
                           std::to_string(row.integer(5)) + ".");
        }
      });
  const std::map<std::string, Goods> without_total = goods;
  for (const auto& [shop, counted] : without_total) check_goods(shop, {});
}

}  // namespace

void check_stock(storage::Queries& queries, Findings& findings) {
  StockChain chain;
  std::optional<std::int64_t> stock;
  queries.query(
      "SELECT e.product_id, e.delta, e.stock_after, p.stock FROM stock_entries e "
      "LEFT JOIN products p ON p.id = e.product_id ORDER BY e.product_id",
      {}, [&](const Row& row) {
        if (row.text(0) != chain.product_id()) {
          if (!chain.product_id().empty()) check_chain(chain, stock, findings);
          chain.start(row.text(0));
          stock.reset();
          if (!row.is_null(3)) stock = row.integer(3);
        }
        chain.add(row.integer(1), row.integer(2));
      });
  if (!chain.product_id().empty()) check_chain(chain, stock, findings);
  queries.query(
      "SELECT id, stock FROM products WHERE stock <> 0 "
      "AND id NOT IN (SELECT product_id FROM stock_entries)",
      {}, [&](const Row& row) {
        findings.add("product " + std::string(row.text(0)),
                     "Its stock is " + std::to_string(row.integer(1)) + ", and it has no entries.");
      });
}

void check_orders(storage::Queries& queries, Findings& findings) {
  queries.query("SELECT id, items, total_minor FROM orders", {}, [&](const Row& row) {
    const std::string where = "order " + std::string(row.text(0));
    const auto lines = add_up(row.text(1));
    if (!lines) return findings.add(where, "Its items are no list of lines.");
    if (lines->total_minor == row.integer(2)) return;
    findings.add(where, "Its total is " + std::to_string(row.integer(2)) +
                            ", and its lines come to " + std::to_string(lines->total_minor) + ".");
  });
}

void check_stats(storage::Queries& queries, Findings& findings) {
  Figures figures = figures_of_orders(queries);
  const auto compare = [&](const Figures::key_type& key, const Sale& kept, const Sale& counted) {
    if (same(kept, counted)) return;
    findings.add("shop " + key.first + ' ' + key.second,
                 "Its figures say " + to_text(kept) + "; its orders " + to_text(counted) + ".");
  };
  queries.query("SELECT shop_id, day, orders, revenue_minor, profit_minor, units FROM stats", {},
                [&](const Row& row) {
                  const Figures::key_type key(row.text(0), row.text(1));
                  const Sale kept{.orders = row.integer(2),
                                  .revenue_minor = row.integer(3),
                                  .profit_minor = row.integer(4),
                                  .units = row.integer(5)};
                  compare(key, kept, figures[key]);
                  figures.erase(key);
                });
  for (const auto& [key, counted] : figures) compare(key, Sale{}, counted);
  check_totals(queries, findings);
}

void check_ratings(storage::Queries& queries, Findings& findings) {
  queries.query(
      "SELECT id, rating_avg, rating_count, coalesce(r_count, 0), coalesce(r_sum, 0) FROM products "
      "LEFT JOIN (SELECT product_id, count(*) AS r_count, CAST(sum(rating) AS BIGINT) AS r_sum "
      "FROM reviews GROUP BY product_id) r ON product_id = id",
      {}, [&](const Row& row) {
        const std::int64_t count = row.integer(3);
        const std::int64_t average = count == 0 ? 0 : (row.integer(4) * 100 + count / 2) / count;
        if (row.integer(1) == average && row.integer(2) == count) return;
        findings.add("product " + std::string(row.text(0)),
                     "Its rating is " + std::to_string(row.integer(1)) + " hundredths of " +
                         std::to_string(row.integer(2)) + " reviews, and its reviews give " +
                         std::to_string(average) + " of " + std::to_string(count) + ".");
      });
}

}  // namespace tillcast::commerce
