#include <gtest/gtest.h>

#include <array>
#include <random>

#include "commerce/fields.h"
#include "commerce/item_lines.h"
#include "commerce/orders.h"
#include "commerce/stats.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;
using testing::status_of;

constexpr std::array<std::string_view, 6> kStatuses = {"pending", "confirmed", "preparing",
                                                       "ready",   "delivered", "cancelled"};

class OrderStatus : public testing::ShopTest {
 protected:
  /// A new order that was brought to `status`.
  std::string order_in(std::string_view status) {
    const std::string id = order(buyer_, {{product_, 1}}).value().id;
    if (status == "cancelled") {
      set_status(owner_, id, "cancelled").value();
      return id;
    }
    for (const std::string_view step : kStatuses) {
      if (step != "pending") set_status(owner_, id, std::string(step)).value();
      if (step == status) break;
    }
    return id;
  }
  std::int64_t stock() { return store_.record(Kind::kProduct, product_).integer(product::kStock); }

  const std::string product_ = bread(1'000);
};

// The state machine, written out: from each status (row) to each status (column).
TEST_F(OrderStatus, goes_for_members_exactly_where_the_table_says) {
  const std::array<std::string_view, 6> table = {"=y---y", "-=y--y", "--=y-y",
                                                 "---=yy", "----=-", "-----="};
  for (std::size_t from = 0; from < kStatuses.size(); ++from) {
    for (std::size_t to = 0; to < kStatuses.size(); ++to) {
      const std::string id = order_in(kStatuses[from]);
      const std::int64_t version = store_.record(Kind::kOrder, id).version();
      const auto moved = set_status(staff_, id, std::string(kStatuses[to]));
      const std::string where = std::string(kStatuses[from]) + " -> " + std::string(kStatuses[to]);
      switch (table[from][to]) {
        case 'y':
          ASSERT_TRUE(moved.has_value()) << where;
          EXPECT_EQ(json_member(moved->json, "status"), kStatuses[to]) << where;
          EXPECT_EQ(moved->version, version + 1) << where;
          break;
        case '=':
          ASSERT_TRUE(moved.has_value()) << where;
          EXPECT_EQ(moved->version, version) << where;
          EXPECT_TRUE(store_.changes().empty()) << where;
          break;
        default:
          EXPECT_EQ(code_of(moved), "invalid_transition") << where;
          EXPECT_EQ(status_of(moved), 409) << where;
          EXPECT_TRUE(store_.changes().empty()) << where;
      }
    }
  }
}

TEST_F(OrderStatus, lets_the_buyer_cancel_while_it_is_pending) {
  for (const std::string_view from : kStatuses) {
    const std::string id = order_in(from);
    const auto cancelled = set_status(buyer_, id, "cancelled");
    EXPECT_EQ(code_of(cancelled),
              from == "pending" || from == "cancelled" ? "" : "invalid_transition")
        << from;
  }
  EXPECT_EQ(code_of(set_status(buyer_, order_in("pending"), "confirmed")), "forbidden");
  EXPECT_EQ(status_of(set_status(buyer_, order_in("ready"), "delivered")), 403);
}

TEST_F(OrderStatus, is_not_there_for_others) {
  const std::string id = order_in("pending");
  for (const auth::Principal& who : {buyer2_, stranger_}) {
    EXPECT_EQ(code_of(set_status(who, id, "cancelled")), "not_found");
    EXPECT_EQ(status_of(set_status(who, id, "cancelled")), 404);
  }
  EXPECT_EQ(code_of(set_status(anonymous_, id, "cancelled")), "unauthenticated");
  EXPECT_EQ(code_of(set_status(owner_, "nowhere", "cancelled")), "not_found");
  EXPECT_TRUE(set_status(admin_, id, "confirmed").has_value());
}

TEST_F(OrderStatus, changes_in_the_version_that_was_meant) {
  const std::string id = order_in("pending");
  EXPECT_EQ(code_of(set_status(owner_, id, "confirmed", 7)), "version_conflict");
  EXPECT_TRUE(set_status(owner_, id, "confirmed", 1).has_value());
}

TEST_F(OrderStatus, is_told_to_the_buyer_alone) {
  const std::string id = order_in("pending");
  ASSERT_TRUE(set_status(owner_, id, "confirmed").has_value());
  ASSERT_EQ(changes_of("notification").size(), 1U);
  const storage::Change told = changes_of("notification")[0];
  EXPECT_EQ(told.user_id, buyer_.user_id);
  EXPECT_EQ(told.shop_id, "");
  EXPECT_EQ(int{told.audience}, int{storage::kOwner});
  EXPECT_EQ(json_member(told.image, "type"), "order_status");
}

TEST_F(OrderStatus, puts_everything_back_when_cancelled) {
  ASSERT_TRUE(order(buyer2_, {{product_, 3}}).has_value());
  // Of the day and of all days, and of nothing else.
  const std::string figures =
      "SELECT count(*) * 10 + count(CASE WHEN day IN ('total', '2023-11-14') AND orders = 1 AND "
      "revenue_minor = 1500 AND profit_minor = 900 AND units = 3 THEN 1 END) FROM stats";
  ASSERT_EQ(store_.number(figures), 22);
  const std::string id = order_in("preparing");
  EXPECT_EQ(stock(), 996);
  // The figures of the day of the order are what it goes out of, not those of today.
  store_.now_ms += 24LL * 3600 * 1000;
  ASSERT_TRUE(set_status(staff_, id, "cancelled").has_value());
  EXPECT_EQ(stock(), 997);
  EXPECT_EQ(store_.number(figures), 22);
  ASSERT_EQ(changes_of("stock_entry").size(), 1U);
  const std::string entry = changes_of("stock_entry")[0].image;
  EXPECT_EQ(json_member(entry, "reason"), "cancel");
  EXPECT_EQ(json_member(entry, "delta"), "1");
  EXPECT_EQ(json_member(entry, "order_id"), id);
  EXPECT_EQ(code_of(set_status(staff_, id, "cancelled")), "") << "again changes nothing";
  EXPECT_EQ(stock(), 997);
}

TEST_F(OrderStatus, can_be_cancelled_when_the_product_is_gone) {
  const std::string id = order_in("pending");
  store_
      .run(owner_,
           [&](const Context& context) { return delete_product(context, product_, std::nullopt); })
      .value();
  EXPECT_TRUE(set_status(owner_, id, "cancelled").has_value());
  EXPECT_EQ(store_.number("SELECT sum(orders) FROM stats"), 0);
}

TEST_F(OrderStatus, is_not_cancelled_into_more_stock_than_there_can_be) {
  const std::string id = order_in("pending");
  ASSERT_TRUE(change_product(owner_, product_, R"({"stock":1000000000})").has_value());
  EXPECT_EQ(code_of(set_status(owner_, id, "cancelled")), "stock_too_large");
  EXPECT_EQ(store_.record(Kind::kOrder, id).text(order::kStatus), "pending");
}

// Random orders and cancellations of several buyers over several products, some of them refused:
// what the shop's rows say always adds up.
TEST_F(OrderStatus, keeps_stock_and_figures_equal_to_the_orders_whatever_happens) {
  std::mt19937_64 random(2);  // NOLINT(cert-msc51-cpp): the same run every time
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  std::vector<std::string> products;
  for (int i = 0; i < 5; ++i) products.push_back(bread(static_cast<std::int64_t>(20 + pick(40))));
  std::vector<std::string> orders;
  const std::vector<auth::Principal> buyers = {buyer_, buyer2_, staff_};
  int refused = 0;
  for (int step = 0; step < 400; ++step) {
    store_.now_ms += static_cast<std::int64_t>(pick(8)) * 3'600'000;
    if (orders.empty() || pick(3) != 0) {
      std::vector<ItemLine> items;
      for (std::size_t i = 0; i <= pick(3); ++i) {
        items.push_back(
            {products[(pick(2) + i) % products.size()], static_cast<std::int64_t>(1 + pick(6))});
      }
      const auto placed = order(buyers[pick(buyers.size())], items);
      if (placed) {
        orders.push_back(placed->id);
      } else {
        ++refused;
        EXPECT_EQ(code_of(placed), "out_of_stock");
      }
    } else {
      const auto moved = set_status(pick(2) == 0 ? owner_ : buyer_, orders[pick(orders.size())],
                                    std::string(kStatuses[1 + pick(5)]));
      if (!moved) ++refused;
    }
  }
  EXPECT_GT(refused, 20) << "the test must meet refusals";
  EXPECT_GT(orders.size(), 20U);
  EXPECT_GT(store_.number("SELECT count(*) FROM orders WHERE status = 'cancelled'"), 5);

  // Stock is what the stock log adds up to, and the last entry says so too.
  EXPECT_EQ(store_.number("SELECT count(*) FROM products p WHERE stock <> (SELECT sum(delta) FROM "
                          "stock_entries e WHERE e.product_id = p.id)"),
            0);
  EXPECT_EQ(store_.number("SELECT count(*) FROM products WHERE stock < 0"), 0);
  // What left the shelf is what the living orders hold.
  EXPECT_EQ(store_.number("SELECT coalesce(sum(delta), 0) FROM stock_entries "
                          "WHERE reason IN ('sale', 'cancel')"),
            -store_.read([](storage::Queries& queries) {
              std::int64_t held = 0;
              queries.query("SELECT items FROM orders WHERE status <> 'cancelled'", {},
                            [&](const storage::Row& row) {
                              for (const ItemLine& line : parse_items_json(row.text(0)))
                                held += line.quantity;
                            });
              return held;
            }));
  // Figures, in total and over the days.
  for (const char* condition : {"day = 'total'", "day <> 'total'"}) {
    for (const auto& [column, sum] :
         {std::pair{"orders", "count(*)"}, std::pair{"revenue_minor", "sum(total_minor)"},
          std::pair{"profit_minor", "sum(profit_minor)"}}) {
      EXPECT_EQ(
          store_.number("SELECT sum(" + std::string(column) + ") FROM stats WHERE " + condition),
          store_.number("SELECT " + std::string(sum) + " FROM orders WHERE status <> 'cancelled'"))
          << condition << ' ' << column;
    }
  }
  // The images in the log are the rows.
  EXPECT_EQ(store_.number("SELECT count(*) FROM orders o WHERE (SELECT image FROM changes WHERE "
                          "kind = 'order' AND id = o.id ORDER BY lsn DESC LIMIT 1) NOT LIKE "
                          "'%\"status\":\"' || status || '\"%'"),
            0);
}

// Stats as their readers see them.

TEST_F(OrderStatus, leaves_figures_that_the_shops_people_alone_may_read) {
  order_in("pending");
  const auto list = [&](const auth::Principal& who, const std::string& shop) {
    return store_.read([&](storage::Queries& queries) { return list_stats(queries, who, shop); });
  };
  const auto page = list(staff_, shop_);
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(json_member(page->items[0].json, "day"), "total");
  EXPECT_EQ(json_member(page->items[1].json, "day"), "2023-11-14");
  EXPECT_EQ(json_member(page->items[0].json, "revenue_minor"), "500");
  for (const auth::Principal& who : {anonymous_, buyer_, stranger_}) {
    EXPECT_EQ(code_of(list(who, shop_)), "forbidden");
  }
  EXPECT_EQ(code_of(list(admin_, "nowhere")), "not_found");
}

}  // namespace
}  // namespace tillcast::commerce
