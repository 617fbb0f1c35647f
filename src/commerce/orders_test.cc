#include "commerce/orders.h"

#include <gtest/gtest.h>

#include <map>

#include "commerce/fields.h"
#include "commerce/stats.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;
using testing::status_of;

class Orders : public testing::ShopTest {
 protected:
  std::int64_t stock_of(const std::string& id) {
    return store_.record(Kind::kProduct, id).integer(product::kStock);
  }
  /// All rows of the tables that an order touches, as one text.
  std::string whole_state() {
    std::string state;
    for (const char* sql :
         {"SELECT id || ':' || version || ':' || stock FROM products ORDER BY id",
          "SELECT id || ':' || status FROM orders ORDER BY id",
          "SELECT id || ':' || orders || ':' || revenue_minor FROM stats ORDER BY id",
          "SELECT id FROM stock_entries ORDER BY id", "SELECT id FROM notifications ORDER BY id",
          "SELECT id || ':' || items FROM carts ORDER BY id", "SELECT max(lsn) FROM changes"}) {
      store_.read([&](storage::Queries& queries) {
        queries.query(sql, {}, [&](const storage::Row& row) { state.append(row.text(0)) += '\n'; });
        return true;
      });
    }
    return state;
  }
};

TEST_F(Orders, are_one_transaction_of_everything_that_belongs_to_them) {
  const std::string rye = bread(10);
  const std::string spelt =
      add_product(owner_, shop_, R"({"name":"Spelt","price_minor":420,"cost_minor":100,"stock":3})")
          .value()
          .id;
  const auto placed = order(buyer_, {{rye, 2}, {spelt, 1}});
  ASSERT_TRUE(placed.has_value());
  EXPECT_EQ(json_member(placed->json, "number"), "1");
  EXPECT_EQ(json_member(placed->json, "status"), "pending");
  EXPECT_EQ(json_member(placed->json, "total_minor"), "1420");
  EXPECT_EQ(json_member(placed->json, "profit_minor"), "920");
  EXPECT_EQ(json_member(placed->json, "customer"),
            R"({"name":"buyer","email":"buyer@example.com"})");
  EXPECT_EQ(json_member(placed->json, "items"),
            R"([{"product_id":")" + rye +
                R"(","name":"Bread","quantity":2,"price_minor":500},{"product_id":")" + spelt +
                R"(","name":"Spelt","quantity":1,"price_minor":420}])");

  std::map<std::string, int> kinds;
  for (const storage::Change& change : store_.changes()) {
    ++kinds[change.kind];
    EXPECT_EQ(change.txn, store_.changes().front().lsn);
    EXPECT_EQ(change.by, buyer_.user_id);
  }
  EXPECT_EQ(
      kinds,
      (std::map<std::string, int>{
          {"product", 2}, {"stock_entry", 2}, {"order", 1}, {"stats", 3}, {"notification", 1}}))
      << "the spelt bread was low before; it is the month's first order, which the total says";
  EXPECT_EQ(stock_of(rye), 8);
  EXPECT_EQ(stock_of(spelt), 2);
  const std::string entry = changes_of("stock_entry")[0].image;
  EXPECT_EQ(json_member(entry, "reason"), "sale");
  EXPECT_EQ(json_member(entry, "delta"), "-2");
  EXPECT_EQ(json_member(entry, "stock_after"), "8");
  EXPECT_EQ(json_member(entry, "order_id"), placed->id);
}

TEST_F(Orders, are_shown_without_profit_to_their_buyer) {
  const auto placed = order(buyer_, {{bread(10), 1}});
  const std::string seen = render_for(*viewer_for(buyer_, *placed), *placed);
  EXPECT_EQ(seen.find("profit"), std::string::npos);
  EXPECT_EQ(json_member(seen, "total_minor"), "500");
  EXPECT_NE(render_for(*viewer_for(staff_, *placed), *placed).find("profit_minor"),
            std::string::npos);
}

TEST_F(Orders, are_brought_to_where_the_buyer_says) {
  const OrderRequest request{shop_, {{bread(3), 1}}, "Mill Lane 4\nOxford"};
  const auto placed =
      store_.run(buyer_, [&](const Context& context) { return place_order(context, request); });
  EXPECT_EQ(json_member(placed.value().json, "customer"),
            R"({"name":"buyer","email":"buyer@example.com","address":"Mill Lane 4\nOxford"})");
}

TEST_F(Orders, count_up_in_each_shop) {
  const std::string id = bread(10);
  EXPECT_EQ(json_member(order(buyer_, {{id, 1}})->json, "number"), "1");
  EXPECT_EQ(code_of(order(buyer_, {{id, 100}})), "out_of_stock");
  EXPECT_EQ(json_member(order(buyer2_, {{id, 1}})->json, "number"), "2") << "no number is lost";
  const std::string radio =
      add_product(stranger_, other_shop_, R"({"name":"Radio","price_minor":1,"stock":1})")->id;
  const OrderRequest request{other_shop_, {{radio, 1}}};
  const auto other =
      store_.run(buyer_, [&](const Context& context) { return place_order(context, request); });
  EXPECT_EQ(json_member(other->json, "number"), "1");
}

TEST_F(Orders, are_for_the_signed_in) {
  const std::string id = bread(10);
  const auto refused = order(anonymous_, {{id, 1}});
  EXPECT_EQ(code_of(refused), "unauthenticated");
  EXPECT_EQ(status_of(refused), 401);
  EXPECT_EQ(stock_of(id), 10);
}

TEST_F(Orders, name_every_short_item_and_change_nothing) {
  const std::string plenty = bread(100);
  const std::string short_one = bread(3);
  const std::string short_two = bread(0);
  const std::string before = whole_state();
  const auto refused = order(buyer_, {{plenty, 1}, {short_one, 4}, {plenty, 1}, {short_two, 1}});
  EXPECT_EQ(code_of(refused), "out_of_stock");
  EXPECT_EQ(status_of(refused), 409);
  EXPECT_EQ(refused.error().extra_json,
            R"("items":[{"product_id":")" + short_one +
                R"(","name":"Bread","requested":4,"available":3},{"product_id":")" + short_two +
                R"(","name":"Bread","requested":1,"available":0}])");
  EXPECT_TRUE(store_.changes().empty());
  EXPECT_EQ(whole_state(), before);
}

TEST_F(Orders, take_the_last_piece_and_no_more) {
  const std::string id = bread(2);
  EXPECT_TRUE(order(buyer_, {{id, 2}}).has_value());
  EXPECT_EQ(stock_of(id), 0);
  EXPECT_EQ(code_of(order(buyer2_, {{id, 1}})), "out_of_stock");
  EXPECT_EQ(stock_of(id), 0);
}

TEST_F(Orders, are_of_products_that_the_shop_sells) {
  const std::string draft = bread(10, R"(,"status":"draft")");
  const std::string radio =
      add_product(stranger_, other_shop_, R"({"name":"Radio","price_minor":1,"stock":9})")->id;
  const std::string good = bread(10);
  const std::string before = whole_state();
  for (const std::string& id : {draft, radio, std::string("nowhere")}) {
    for (const std::int64_t quantity : {1, 5'000}) {
      const auto refused = order(buyer_, {{good, 1}, {id, quantity}});
      EXPECT_EQ(code_of(refused), "unknown_product") << id;
      EXPECT_EQ(status_of(refused), 422);
    }
  }
  const OrderRequest request{"nowhere", {{good, 1}}};
  const auto refused =
      store_.run(buyer_, [&](const Context& context) { return place_order(context, request); });
  EXPECT_EQ(code_of(refused), "not_found");
  EXPECT_EQ(status_of(refused), 404);
  EXPECT_EQ(whole_state(), before);
}

TEST_F(Orders, never_come_to_more_than_can_be_booked) {
  const std::string dear =
      add_product(owner_, shop_,
                  R"({"name":"Gold","price_minor":100000000000,"cost_minor":0,"stock":100000})")
          ->id;
  const std::string before = whole_state();
  const auto refused = order(buyer_, {{dear, 10'000}});
  EXPECT_EQ(code_of(refused), "total_too_large");
  EXPECT_EQ(status_of(refused), 422);
  EXPECT_EQ(code_of(order(buyer_, {{dear, 11}})), "total_too_large");
  EXPECT_EQ(whole_state(), before);
  EXPECT_TRUE(order(buyer_, {{dear, 10}}).has_value()) << "exactly the limit";
}

TEST_F(Orders, never_lose_more_than_can_be_booked) {
  const std::string gift =
      add_product(owner_, shop_,
                  R"({"name":"Gift","price_minor":0,"cost_minor":100000000000,"stock":100000})")
          ->id;
  EXPECT_EQ(code_of(order(buyer_, {{gift, 10'000}})), "total_too_large");
}

TEST_F(Orders, are_refused_before_the_figures_overflow) {
  const std::string id = bread(10);
  ASSERT_TRUE(order(buyer_, {{id, 1}}).has_value());
  store_
      .run(owner_,
           [&](const Context& context) -> Outcome<Done> {
             context.transaction.execute(
                 "UPDATE stats SET revenue_minor = 9000000000000000 WHERE day = 'total'", {});
             return Done{};
           })
      .value();
  const std::string before = whole_state();
  EXPECT_EQ(code_of(order(buyer_, {{id, 1}})), "total_too_large");
  EXPECT_EQ(whole_state(), before);
}

TEST_F(Orders, take_what_was_bought_out_of_the_cart) {
  const std::string bought = bread(10);
  const std::string kept = bread(10);
  const std::vector<ItemLine> items = {{bought, 5}, {kept, 1}};
  store_.run(buyer_, [&](const Context& context) { return put_cart(context, items); }).value();
  ASSERT_TRUE(order(buyer_, {{bought, 1}}).has_value());
  EXPECT_EQ(store_.record(Kind::kCart, buyer_.user_id).text(cart::kItems),
            R"([{"product_id":")" + kept + R"(","quantity":1}])");
  ASSERT_EQ(changes_of("cart").size(), 1U);
  ASSERT_TRUE(order(buyer_, {{bought, 1}}).has_value());
  EXPECT_TRUE(changes_of("cart").empty()) << "nothing to take out";
}

TEST_F(Orders, tell_the_desk_once_when_stock_falls_below_the_threshold) {
  const std::string id = bread(7);
  ASSERT_TRUE(order(buyer_, {{id, 2}}).has_value());
  EXPECT_EQ(changes_of("notification").size(), 1U) << "5 of 5 is not below";
  ASSERT_TRUE(order(buyer_, {{id, 1}}).has_value());
  ASSERT_EQ(changes_of("notification").size(), 2U);
  const storage::Change low = changes_of("notification")[0];
  EXPECT_EQ(json_member(low.image, "type"), "low_stock");
  EXPECT_EQ(
      json_member(low.image, "data"),
      R"({"product_id":")" + id + R"(","product_name":"Bread","current_stock":4,"threshold":5})");
  EXPECT_EQ(int{low.audience}, storage::kDesk | storage::kAdmin);
  EXPECT_EQ(low.shop_id, shop_);
  ASSERT_TRUE(order(buyer_, {{id, 1}}).has_value());
  EXPECT_EQ(changes_of("notification").size(), 1U) << "it was low before";
}

// Reading.

TEST_F(Orders, are_found_by_those_whom_they_concern) {
  const auto placed = order(buyer_, {{bread(10), 1}});
  const auto get = [&](const auth::Principal& who) {
    return store_.read(
        [&](storage::Queries& queries) { return get_order(queries, who, placed->id); });
  };
  for (const auth::Principal& who : {buyer_, staff_, owner_, admin_}) {
    EXPECT_TRUE(get(who).has_value());
  }
  for (const auth::Principal& who : {anonymous_, buyer2_, stranger_}) {
    EXPECT_EQ(code_of(get(who)), "not_found");
  }
  EXPECT_EQ(code_of(store_.read(
                [&](storage::Queries& queries) { return get_order(queries, owner_, "nowhere"); })),
            "not_found");
}

TEST_F(Orders, are_listed_for_their_buyer_and_for_their_shop) {
  const std::string id = bread(100);
  for (int i = 0; i < 3; ++i) {
    store_.now_ms += 1;
    order(buyer_, {{id, 1}}).value();
    order(buyer2_, {{id, 1}}).value();
  }
  const auto numbers = [&](const auth::Principal& who, OrderQuery query) {
    std::string text;
    do {
      const auto page =
          store_.read([&](storage::Queries& queries) { return list_orders(queries, who, query); });
      if (!page) return page.error().code;
      for (const RecordImage& each : page->items) text += json_member(each.json, "number") + " ";
      query.page.cursor = page->next_cursor;
    } while (!query.page.cursor.empty());
    return text;
  };
  for (std::size_t limit = 1; limit <= 7; ++limit) {
    const PageRequest page{.limit = limit, .cursor = ""};
    EXPECT_EQ(numbers(buyer_, {.page = page}), "5 3 1 ");
    EXPECT_EQ(numbers(staff_, {.shop_id = shop_, .page = page}), "6 5 4 3 2 1 ");
  }
  EXPECT_EQ(numbers(staff_, {}), "");
  EXPECT_EQ(numbers(buyer_, {.status = "delivered"}), "");
  EXPECT_EQ(numbers(buyer_, {.status = "pending"}), "5 3 1 ");
  EXPECT_EQ(numbers(buyer_, {.status = "eaten"}), "bad_query");
  EXPECT_EQ(numbers(buyer_, {.shop_id = shop_}), "forbidden");
  EXPECT_EQ(numbers(stranger_, {.shop_id = shop_}), "forbidden");
  EXPECT_EQ(numbers(anonymous_, {}), "unauthenticated");
  EXPECT_EQ(numbers(buyer_, {.page = {.limit = 1, .cursor = "abc"}}), "bad_cursor");
}

}  // namespace
}  // namespace tillcast::commerce
