#include "commerce/demo.h"

#include <gtest/gtest.h>

#include "commerce/demo_catalogue.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::Store;

class Demo : public ::testing::Test {
 protected:
  static void seed(Store& store) {
    const auth::Principal nobody;
    seed_demo(
        [&](const std::function<void(storage::Transaction&)>& step) {
          store
              .run(nobody,
                   [&](const Context& context) -> Outcome<Done> {
                     step(context.transaction);
                     return Done{};
                   })
              .value();
        },
        "$hash", store.now_ms);
  }
  static std::string text(Store& store, std::string_view sql) {
    return store.read([&](storage::Queries& queries) {
      std::string all;
      queries.query(sql, {}, [&](const storage::Row& row) { all.append(row.text(0)) += '\n'; });
      return all;
    });
  }
};

TEST_F(Demo, has_the_shops_products_and_people_that_are_promised) {
  Store store;
  seed(store);
  EXPECT_EQ(text(store, "SELECT id || ' ' || slug FROM shops ORDER BY id"),
            "shop_bakery bakery\nshop_gadgets gadgets\n");
  EXPECT_EQ(text(store,
                 "SELECT shop_id || ' ' || count(*) FROM products GROUP BY shop_id "
                 "ORDER BY shop_id"),
            "shop_bakery 48\nshop_gadgets 48\n");
  EXPECT_EQ(text(store,
                 "SELECT users.id || ' ' || email || ' ' || role FROM users JOIN password_hashes "
                 "ON user_id = users.id ORDER BY users.id"),
            "usr_admin admin@demo.shop admin\nusr_buyer buyer@demo.shop customer\n"
            "usr_buyer2 buyer2@demo.shop customer\nusr_seller seller@demo.shop seller\n"
            "usr_seller2 seller2@demo.shop seller\n");
  EXPECT_EQ(text(store, "SELECT shop_id || ' ' || user_id || ' ' || role FROM members ORDER BY id"),
            "shop_bakery usr_seller owner\nshop_gadgets usr_seller2 owner\n");
  EXPECT_EQ(store.number("SELECT count(*) FROM carts"), store.number("SELECT count(*) FROM users"));
}

TEST_F(Demo, adds_up) {
  Store store;
  seed(store);
  EXPECT_GT(store.number("SELECT count(*) FROM orders"), 20);
  EXPECT_EQ(store.number("SELECT count(*) FROM products p WHERE stock <> (SELECT coalesce(sum("
                         "delta), 0) FROM stock_entries e WHERE e.product_id = p.id)"),
            0);
  EXPECT_EQ(store.number("SELECT sum(revenue_minor) FROM stats WHERE day = 'total'"),
            store.number("SELECT sum(total_minor) FROM orders WHERE status <> 'cancelled'"));
  EXPECT_EQ(store.number("SELECT sum(profit_minor) FROM stats WHERE day <> 'total'"),
            store.number("SELECT sum(profit_minor) FROM orders WHERE status <> 'cancelled'"));
  EXPECT_GT(store.number("SELECT sum(rating_count) FROM products"), 100);
  EXPECT_EQ(store.number("SELECT count(*) FROM products p WHERE rating_count <> (SELECT count(*) "
                         "FROM reviews r WHERE r.product_id = p.id)"),
            0);
  EXPECT_EQ(store.number("SELECT count(*) FROM products p WHERE rating_count > 0 AND rating_avg <> "
                         "(SELECT (CAST(sum(rating) AS BIGINT) * 100 + count(*) / 2) / count(*) "
                         "FROM reviews r WHERE r.product_id = p.id)"),
            0);
}

TEST_F(Demo, ends_with_the_stock_and_status_that_its_data_says) {
  Store store;
  seed(store);
  const DemoData data = make_demo_data(kDemoSeed);
  for (const DemoShop& shop : data.shops) {
    for (const DemoProduct& product : shop.products) {
      const std::string found = text(
          store, "SELECT stock || ' ' || status FROM products WHERE sku = '" + product.sku + "'");
      EXPECT_EQ(found, std::to_string(product.stock) + " " + product.status + "\n") << product.sku;
    }
  }
  std::map<std::string, int> statuses;
  for (const DemoOrder& order : data.orders) ++statuses[order.status];
  for (const auto& [status, count] : statuses) {
    EXPECT_EQ(store.number("SELECT count(*) FROM orders WHERE status = '" + status + "'"), count)
        << status;
  }
}

TEST_F(Demo, lies_in_the_past) {
  Store store;
  seed(store);
  for (const char* table : {"users", "shops", "products", "reviews", "orders", "stock_entries",
                            "stats", "notifications", "members"}) {
    EXPECT_LE(store.number("SELECT max(updated_at) FROM " + std::string(table)), store.now_ms)
        << table;
  }
  EXPECT_GE(store.number("SELECT min(created_at) FROM orders"),
            store.now_ms - std::int64_t{kDemoOrderDaysMax} * 24 * 3600 * 1000);
  EXPECT_GT(store.number("SELECT count(*) FROM notifications WHERE read = 1"), 0);
  EXPECT_GT(store.number("SELECT count(*) FROM notifications WHERE read = 0"), 0);
}

TEST_F(Demo, has_the_same_ids_in_every_run) {
  const std::string ids =
      "SELECT id FROM users UNION ALL SELECT id FROM products UNION ALL SELECT id FROM reviews "
      "UNION ALL SELECT id FROM orders UNION ALL SELECT id FROM stock_entries "
      "UNION ALL SELECT id FROM notifications UNION ALL SELECT id FROM members ORDER BY 1";
  Store one;
  Store other;
  other.now_ms += 123'456'789'012;
  seed(one);
  seed(other);
  EXPECT_EQ(text(one, ids), text(other, ids));
}

TEST_F(Demo, has_a_picture_for_every_image_that_it_names) {
  Store store;
  seed(store);
  const std::string paths = text(store,
                                 "SELECT image_url FROM products UNION ALL SELECT logo_url FROM "
                                 "shops UNION ALL SELECT banner_url FROM shops");
  std::size_t count = 0;
  for (std::size_t at = 0; at < paths.size(); ++count) {
    const std::size_t end = paths.find('\n', at);
    const auto picture = demo_picture(paths.substr(at, end - at));
    ASSERT_TRUE(picture.has_value()) << paths.substr(at, end - at);
    EXPECT_TRUE(picture->starts_with("<svg"));
    at = end + 1;
  }
  EXPECT_EQ(count, 100U);
  for (const char* path : {"", "/images/demo/", "/images/demo/prd_bakery_049.svg",
                           "/images/demo/../prd_bakery_001.svg"}) {
    EXPECT_FALSE(demo_picture(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace tillcast::commerce
