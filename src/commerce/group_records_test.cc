// Orders that are one group of the commit thread: written together, the figures told once, and the
// same in the end as one by one.
#include "commerce/group_records.h"

#include <gmock/gmock.h>

#include "commerce/cart.h"
#include "commerce/fields.h"
#include "commerce/orders.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using ::testing::ElementsAre;
using testing::json_member;
using GroupCommand = testing::Store::GroupCommand;

class GroupRecordsTest : public testing::ShopTest {
 protected:
  /// An order of these lines, whose outcome is `code`.
  GroupCommand placing(std::vector<ItemLine> items, std::string code = {}) {
    return [request = OrderRequest{shop_, std::move(items)}, code](const Context& context) {
      const auto placed = place_order(context, request);
      EXPECT_EQ(testing::code_of(placed), code);
      return placed.has_value();
    };
  }
  static GroupCommand cancelling(const std::string& shop, std::int64_t number) {
    return [shop, number](const Context& context) {
      std::string id;
      context.transaction.query("SELECT id FROM orders WHERE shop_id = $1 AND number = $2",
                                {std::string_view(shop), number},
                                [&](const storage::Row& row) { id = row.text(0); });
      const Values values = {{order::kStatus, std::string("cancelled")}};
      return patch_order(context, id, values, std::nullopt).has_value();
    };
  }
  std::string rows(const std::string& sql) {
    std::string text;
    store_.read([&](storage::Queries& queries) {
      queries.query(sql, {}, [&](const storage::Row& row) { text.append(row.text(0)) += ' '; });
      return true;
    });
    return text;
  }
  std::string figures() {
    return rows(
        "SELECT day || ':' || orders || ':' || revenue_minor || ':' || "
        "profit_minor || ':' || units FROM stats WHERE orders > 0 ORDER BY day DESC");
  }
};

TEST_F(GroupRecordsTest, tell_the_figures_of_a_day_once_a_group) {
  const std::string rye = bread(10);
  const std::string spelt = bread(10);
  const std::vector<GroupCommand> orders = {placing({{rye, 1}}), placing({{rye, 2}, {spelt, 1}}),
                                            placing({{spelt, 3}})};
  store_.run_group(buyer_, orders);
  EXPECT_EQ(figures(), "total:3:3500:2100:7 2023-11-14:3:3500:2100:7 ");
  store_.run_group(buyer_, orders);
  EXPECT_EQ(figures(), "total:6:7000:4200:14 2023-11-14:6:7000:4200:14 ");

  std::vector<std::string> told;
  for (const storage::Change& change : changes_of("stats")) {
    told.push_back(json_member(change.image, "day") + ":" + json_member(change.image, "orders"));
  }
  EXPECT_THAT(told, ElementsAre("total:4", "total:5", "total:6", "2023-11-14:6"));
  const storage::Change& day = store_.changes().back();
  EXPECT_EQ(day.kind, "stats");
  EXPECT_EQ(day.changed, "orders,revenue_minor,profit_minor,units");
  EXPECT_EQ(day.txn, day.lsn) << "a transaction of its own, the last";
  EXPECT_EQ(day.by, "");
  EXPECT_EQ(day.version, 3);
  EXPECT_EQ(store_.record(Kind::kStats, day.id).version(), 3);

  std::vector<std::string> stocks;
  for (const storage::Change& change : changes_of("product")) {
    stocks.push_back(json_member(change.image, "stock") + "/" + std::to_string(change.version));
  }
  EXPECT_THAT(stocks, ElementsAre("6/4", "4/5", "5/4", "2/5")) << "each order's is told";
  EXPECT_EQ(store_.record(Kind::kProduct, rye).integer(product::kStock), 4);
  EXPECT_EQ(store_.record(Kind::kProduct, rye).version(), 5);
  EXPECT_EQ(rows("SELECT number FROM orders ORDER BY number"), "1 2 3 4 5 6 ");
  EXPECT_EQ(rows("SELECT stock_after FROM stock_entries WHERE reason = 'sale' ORDER BY id"),
            "9 7 9 6 6 4 5 2 ");
}

TEST_F(GroupRecordsTest, take_back_the_share_of_a_refused_order) {
  const std::string rye = bread(5);
  const std::string rare = bread(1);
  store_.run_group(buyer_, {placing({{rye, 1}}), placing({{rye, 2}, {rare, 2}}, "out_of_stock"),
                            placing({{rye, 5}}, "out_of_stock"), placing({{rye, 4}, {rare, 1}})});
  EXPECT_EQ(rows("SELECT stock FROM products ORDER BY id"), "0 0 ");
  EXPECT_EQ(rows("SELECT number FROM orders ORDER BY number"), "1 2 ") << "no number is lost";
  EXPECT_EQ(figures(), "total:2:3000:1800:6 2023-11-14:2:3000:1800:6 ");
  EXPECT_EQ(store_.number("SELECT count(*) FROM stock_entries WHERE reason = 'sale'"), 3);
  EXPECT_EQ(store_.record(Kind::kProduct, rye).version(), 3);
}

TEST_F(GroupRecordsTest, of_a_group_whose_only_order_was_refused_are_nothing) {
  const std::string rye = bread(5);
  const std::string rare = bread(1);
  store_.run_group(buyer_, {placing({{rye, 2}, {rare, 2}}, "out_of_stock")});
  EXPECT_TRUE(store_.changes().empty());
  EXPECT_EQ(store_.number("SELECT count(*) FROM stats WHERE orders > 0"), 0);
  EXPECT_EQ(store_.record(Kind::kProduct, rye).version(), 1);
  store_.run_group(buyer_, {placing({{rye, 2}})});
  EXPECT_EQ(figures(), "total:1:1000:600:2 2023-11-14:1:1000:600:2 ");
}

TEST_F(GroupRecordsTest, are_found_by_other_statements_of_the_group) {
  const std::string rye = bread(5);
  store_.run_group(
      buyer_,
      {placing({{rye, 1}}), [&](const Context& context) {
         EXPECT_EQ(read_record(context.transaction, Kind::kProduct, rye)->integer(product::kStock),
                   4);
         std::int64_t units = 0;
         context.transaction.query(
             "SELECT sum(units) + (SELECT stock FROM products WHERE id = $1) + "
             "(SELECT count(*) FROM orders) FROM stats",
             {std::string_view(rye)}, [&](const storage::Row& row) { units = row.integer(0); });
         EXPECT_EQ(units, 2 + 4 + 1);
         return true;
       }});
  store_.run_group(buyer_, {placing({{rye, 1}}), cancelling(shop_, 2), placing({{rye, 1}})});
  EXPECT_EQ(figures(), "total:2:1000:600:2 2023-11-14:2:1000:600:2 ");
  EXPECT_EQ(rows("SELECT status FROM orders ORDER BY number"), "pending cancelled pending ");
  EXPECT_EQ(store_.record(Kind::kProduct, rye).integer(product::kStock), 3);
}

TEST_F(GroupRecordsTest, outlive_an_order_that_takes_from_the_cart) {
  const std::string rye = bread(10);
  const std::string spelt = bread(10);
  // A shop's first order makes its figures, which the next ones find.
  store_.run_group(buyer_, {placing({{spelt, 1}})});
  const auto cart_holds = [](const Context& context) {
    return read_record(context.transaction, Kind::kCart, context.who.user_id)->text(cart::kItems);
  };
  store_.run_group(buyer_,
                   {[&](const Context& context) {
                      return put_cart(context, {{rye, 1}, {spelt, 1}}).has_value();
                    },
                    placing({{rye, 1}}),
                    [&](const Context& context) {
                      EXPECT_EQ(cart_holds(context), cart_items_json({{spelt, 1}}));
                      // What a statement beside the memory writes shows only once that is
                      // forgotten.
                      context.transaction.beside().execute(
                          "UPDATE products SET stock = 3 WHERE id = $1", {std::string_view(rye)});
                      return true;
                    },
                    placing({{spelt, 1}}),
                    [&](const Context& context) {
                      EXPECT_EQ(cart_holds(context), "[]");
                      const auto known = read_record(context.transaction, Kind::kProduct, rye);
                      EXPECT_EQ(known->integer(product::kStock), 9)
                          << "read again after the cart was written";
                      return true;
                    }});
  EXPECT_EQ(store_.record(Kind::kCart, buyer_.user_id).text(cart::kItems), "[]");
  EXPECT_EQ(store_.record(Kind::kCart, buyer_.user_id).version(), 4);
}

TEST_F(GroupRecordsTest, that_others_have_changed_by_themselves_are_still_guarded_in_the_database) {
  const std::string rye = bread(5);
  store_.run_group(buyer_, {placing({{rye, 1}})});
  const auto sell_out_of_sight = [&](const Context& context) {
    context.transaction.beside().change_one("UPDATE products SET stock = 0 WHERE id = $1",
                                            {std::string_view(rye)});
    return true;
  };
  EXPECT_THROW(store_.run_group(buyer_, {placing({{rye, 1}}), sell_out_of_sight}),
               storage::LateFailure);
  EXPECT_EQ(store_.record(Kind::kProduct, rye).integer(product::kStock), 4);
  EXPECT_EQ(store_.number("SELECT count(*) FROM orders"), 1);
}

TEST_F(GroupRecordsTest, come_to_the_same_as_commands_one_by_one) {
  const auto product_of = [this](const auth::Principal& who, const std::string& shop, int stock) {
    return add_product(who, shop,
                       R"({"name":"A","price_minor":50,"stock":)" + std::to_string(stock) + "}")
        ->id;
  };
  // The same two products and orders in both shops, some of them refused, some cancelled.
  const auto commands = [](const std::string& shop, const std::string& a, const std::string& b) {
    std::vector<GroupCommand> all;
    for (std::int64_t i = 0; i < 12; ++i) {
      all.push_back([=](const Context& context) {
        return place_order(context, {shop, {{a, 1 + i % 3}, {b, 1}}}).has_value();
      });
      if (i % 4 == 3) all.push_back(cancelling(shop, i - 1));
    }
    return all;
  };
  const auto state = [this](const std::string& shop) {
    const std::string of_shop = " WHERE shop_id = '" + shop + "' ORDER BY ";
    return rows("SELECT orders || ':' || revenue_minor || ':' || units FROM stats" + of_shop +
                "day") +
           rows("SELECT stock || ':' || version FROM products" + of_shop + "id") +
           rows("SELECT number || ':' || status || ':' || total_minor FROM orders" + of_shop +
                "number") +
           rows("SELECT reason || ':' || delta || ':' || stock_after FROM stock_entries" + of_shop +
                "id") +
           rows("SELECT message FROM notifications" + of_shop + "id");
  };
  const auto grouped = commands(shop_, product_of(owner_, shop_, 30), product_of(owner_, shop_, 7));
  const auto single = commands(other_shop_, product_of(stranger_, other_shop_, 30),
                               product_of(stranger_, other_shop_, 7));
  store_.run_group(buyer_, grouped);
  for (const GroupCommand& command : single) store_.run_group(buyer_, {command});
  EXPECT_EQ(state(shop_), state(other_shop_));
  EXPECT_EQ(store_.number("SELECT count(*) FROM orders WHERE status = 'cancelled'"), 4);
  EXPECT_EQ(store_.number("SELECT sum(delta) FROM stock_entries"),
            store_.number("SELECT sum(stock) FROM products"));
}

}  // namespace
}  // namespace tillcast::commerce
