#include "commerce/bulk.h"

#include <gmock/gmock.h>

#include <sstream>

#include "base/limits.h"
#include "commerce/bulk_checks.h"
#include "commerce/bulk_tables.h"
#include "commerce/catalogue.h"
#include "commerce/demo.h"
#include "commerce/export.h"
#include "commerce/orders.h"
#include "commerce/seed.h"
#include "commerce/testing.h"
#include "commerce/validate.h"
#include "commerce/verify.h"

namespace tillcast::commerce {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// A store that takes bulks, with what the tests ask of it.
class BulkStore {
 public:
  BulkStore() {
    auto& database = store.database();
    database.migrate(kBulkComponent, bulk_migrations(database.engine()));
  }

  BulkRun run() {
    return [this](const std::function<void(storage::Transaction&)>& step) {
      if (steps_left == 0) throw std::runtime_error("the power went");
      --steps_left;
      store
          .run(auth::Principal{},
               [&](const Context& context) -> Outcome<Done> {
                 step(context.transaction);
                 return Done{};
               })
          .value();
    };
  }
  std::vector<BulkFault> stage(const std::string& text, const std::string& shop = "",
                               bool csv = false) {
    BulkStage staged(run(), ids_, clock_, {.shop_id = shop});
    std::istringstream in(text);
    const auto row = [&](std::int64_t line, Outcome<BulkRow> parsed) {
      staged.add(line, std::move(parsed));
    };
    csv ? read_csv_products(in, row) : read_json_lines(in, row);
    return staged.finish();
  }
  std::int64_t apply() { return apply_bulk(run(), ids_, clock_); }
  std::vector<std::string> import(const std::string& text, const std::string& shop = "",
                                  bool csv = false) {
    std::vector<std::string> lines;
    for (const BulkFault& fault : stage(text, shop, csv)) {
      lines.push_back(std::to_string(fault.line) + ": " + fault.detail);
    }
    if (lines.empty()) apply();
    return lines;
  }
  std::string exported(const std::string& shop = "") {
    return store.read([&](storage::Queries& queries) {
      std::string text;
      export_json_lines(queries, shop, [&](std::string_view line) { text += line; });
      return text;
    });
  }
  std::string exported_csv(const std::string& shop) {
    return store.read([&](storage::Queries& queries) {
      std::string text;
      export_csv_products(queries, shop, [&](std::string_view line) { text += line; });
      return text;
    });
  }
  std::vector<std::string> findings() {
    return store.read([](storage::Queries& queries) {
      std::vector<std::string> found;
      verify(queries, [&](const Finding& finding) {
        found.push_back(std::string(finding.check) + ": " + finding.where + ": " + finding.detail);
      });
      return found;
    });
  }
  void fill_with_demo() {
    seed_demo([this](const std::function<void(storage::Transaction&)>& step) { run()(step); },
              "$hash", store.now_ms);
  }

  testing::Store store;
  int steps_left = INT32_MAX;

 private:
  SeededRandom random_{3};
  IdSource ids_{random_};
  ManualClock clock_;
};

constexpr const char* kPeople =
    R"({"kind":"user","id":"u1","email":"a@example.org","name":"Ann","role":"seller"})"
    "\n"
    R"({"kind":"shop","id":"s1","slug":"shop","name":"Shop","currency":"EUR","owner_id":"u1"})"
    "\n";

std::string products(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += R"({"kind":"product","sku":"P)" + number + R"(","name":"Product )" + number +
            R"(","price_minor":100,"stock":5})" + "\n";
  }
  return text;
}

TEST(Bulk, an_export_of_the_demo_comes_into_an_empty_store_as_an_equal_export) {
  BulkStore demo;
  demo.fill_with_demo();
  const std::string exported = demo.exported();
  BulkStore empty;
  EXPECT_THAT(empty.import(exported), IsEmpty());
  EXPECT_EQ(empty.exported(), exported);
  EXPECT_THAT(empty.findings(), IsEmpty());
  const auto same = [&](const char* sql) {
    return demo.store.number(sql) == empty.store.number(sql);
  };
  EXPECT_TRUE(same("SELECT sum(rating_avg * rating_count) FROM products"));
  EXPECT_TRUE(same("SELECT sum(revenue_minor + units) FROM stats"));
}

TEST(Bulk, the_same_import_again_changes_nothing) {
  BulkStore store;
  store.fill_with_demo();
  const std::string exported = store.exported();
  const auto head = store.store.number("SELECT max(lsn) FROM changes WHERE kind <> 'bulk'");
  EXPECT_THAT(store.import(exported), IsEmpty());
  EXPECT_EQ(store.exported(), exported);
  EXPECT_EQ(store.store.number("SELECT max(lsn) FROM changes WHERE kind <> 'bulk'"), head);
}

TEST(Bulk, a_csv_of_the_products_comes_back_as_an_equal_one) {
  BulkStore store;
  store.fill_with_demo();
  const std::string csv = store.exported_csv("shop_bakery");
  EXPECT_THAT(csv, HasSubstr("\"")) << "the demo's descriptions have commas";
  EXPECT_THAT(store.import(csv, "shop_bakery", true), IsEmpty());
  EXPECT_EQ(store.exported_csv("shop_bakery"), csv);
}

TEST(Bulk, a_product_is_found_by_its_sku_and_keeps_what_the_row_leaves_out) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  ASSERT_THAT(
      store.import("sku,name,price_minor,stock,caption\r\nA,Bread,100,5,fresh\r\n", "s1", true),
      IsEmpty());
  ASSERT_THAT(
      store.import("sku,name,price_minor,stock\nA,\"Bread, \"\"new\"\"\",120,7\n", "s1", true),
      IsEmpty());
  EXPECT_EQ(
      store.store.number("SELECT count(*) FROM products WHERE price_minor = 120 AND stock = 7 "
                         "AND caption = 'fresh' AND name = 'Bread, \"new\"'"),
      1);
  EXPECT_THAT(store.findings(), IsEmpty());
}

TEST(Bulk, every_bad_row_is_named_by_its_line_and_nothing_is_applied) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  const auto head = store.store.number("SELECT max(lsn) FROM changes");
  const auto faults = store.import(
      "{\"kind\":\"product\",\"name\":\"Good\",\"price_minor\":1}\n"
      "no json\n"
      "\n"
      "{\"kind\":\"product\",\"name\":\"\",\"price_minor\":-1}\n"
      "{\"kind\":\"product\",\"price_minor\":1}\n"
      "{\"kind\":\"order\",\"id\":\"o\"}\n"
      "{\"kind\":\"cart\"}\n"
      "{\"kind\":\"product\",\"name\":\"x\",\"price_minor\":1,\"version\":3}\n",
      "s1");
  ASSERT_EQ(faults.size(), 6U);
  EXPECT_THAT(faults[0], HasSubstr("2: The body is no JSON text"));
  EXPECT_THAT(faults[1], HasSubstr("4: name: Give 1 to 200 bytes of text. price_minor: Give 0 to"));
  EXPECT_EQ(faults[2], "5: name: This field is missing.");
  EXPECT_EQ(faults[3], "6: customer_id: This field is missing.");
  EXPECT_THAT(faults[4], HasSubstr("7: kind: Give one of"));
  EXPECT_THAT(faults[5], HasSubstr("8: version: There is no such field"));
  EXPECT_EQ(store.store.number("SELECT max(lsn) FROM changes"), head);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM bulk_rows"), 0);
  EXPECT_EQ(store.apply(), 0);
}

TEST(Bulk, rows_are_held_against_each_other_and_against_the_store) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  EXPECT_THAT(
      store.import(products(2) + products(1) +
                       R"({"kind":"review","product_id":"none","author_id":"u1","rating":5})"
                       "\n"
                       R"({"kind":"review","product_id":"none","author_id":"nobody","rating":5})",
                   "s1"),
      ElementsAre(HasSubstr("3: An earlier line has the same sku"),
                  "4: product_id: There is no such product.",
                  "5: There is no account of that owner, author or customer.",
                  "5: product_id: There is no such product."));
  EXPECT_THAT(store.import(kPeople, "s1"), ElementsAre(HasSubstr("1: kind: Only products"),
                                                       HasSubstr("2: kind: Only products")));
  EXPECT_THAT(store.import(R"({"kind":"product","shop_id":"s2","name":"x","price_minor":1})", "s1"),
              ElementsAre("1: shop_id: This is another shop."));
  EXPECT_THAT(store.import(R"({"kind":"user","email":"A@example.org","name":"Other"})"),
              ElementsAre("1: email: Another account has it."));
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), 0);
}

/// Asks the engine how it would run each statement, in place of running it.
class Explained final : public storage::Queries {
 public:
  explicit Explained(storage::Queries& real) : real_(real) {}
  [[nodiscard]] storage::Engine engine() const override { return real_.engine(); }
  void query(std::string_view sql, std::span<const storage::Value> parameters,
             const storage::RowSink& /*sink*/) override {
    real_.query("EXPLAIN QUERY PLAN " + std::string(sql), parameters,
                [this](const storage::Row& row) { steps.emplace_back(row.text(3)); });
  }
  std::vector<std::string> steps;

 private:
  storage::Queries& real_;
};

TEST(Bulk, no_check_reads_a_table_of_the_shop_for_each_row) {
  BulkStore store;
  if (store.store.database().engine() != storage::Engine::kSqlite) return;
  const auto steps = store.store.read([](storage::Queries& queries) {
    Explained explained(queries);
    check_staged(explained, [](const BulkFault&) {});
    return explained.steps;
  });
  EXPECT_THAT(steps, Contains(StartsWith("SEARCH p USING")));
  for (const char* alias : {"p", "v", "o", "u", "s", "n"}) {
    EXPECT_THAT(steps, Not(Contains(StartsWith(std::string("SCAN ") + alias))));
  }
}

TEST(Bulk, a_crash_between_groups_is_gone_on_from) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  const int count = 2 * static_cast<int>(limits::kBulkGroupRows) + 50;
  ASSERT_THAT(store.stage(products(count), "s1"), IsEmpty());
  store.steps_left = 1;
  EXPECT_THROW(store.apply(), std::runtime_error);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), limits::kBulkGroupRows);
  EXPECT_THAT(store.findings(), IsEmpty()) << "half of a bulk is a sound store";
  store.steps_left = INT32_MAX;
  EXPECT_THROW(store.stage("", "s1"), std::runtime_error) << "another one must wait";
  EXPECT_EQ(store.apply(), limits::kBulkGroupRows + 50);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), count);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM changes WHERE kind = 'bulk'"), 1);
  EXPECT_THAT(store.findings(), IsEmpty());
}

TEST(Bulk, what_commands_took_between_two_groups_is_theirs) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  const std::string product_id = "p1";
  ASSERT_THAT(
      store.import(
          R"({"kind":"product","id":"p1","sku":"P0","name":"One","price_minor":100,"stock":5})",
          "s1"),
      IsEmpty());
  const auth::Principal ann{.user_id = "u1", .shops = {{"s1", true}}};
  const int group = static_cast<int>(limits::kBulkGroupRows);
  std::string orders;
  for (int i = 1; i <= group + 2; ++i) {
    orders += R"({"kind":"order","shop_id":"s1","customer_id":"u1","number":)" + std::to_string(i) +
              R"(,"items":[{"product_id":")" + product_id +
              R"(","name":"Product 0","quantity":1,"price_minor":100}],"total_minor":100,)"
              R"("profit_minor":100,"status":"delivered",)"
              R"("customer":{"name":"Ann","email":"a@example.org"}})"
              "\n";
  }
  ASSERT_THAT(store.stage(orders), IsEmpty());
  store.steps_left = 1;
  EXPECT_THROW(store.apply(), std::runtime_error);
  store.steps_left = INT32_MAX;
  const std::string body =
      R"({"shop":"s1","items":[{"product":")" + product_id + R"(","quantity":1}]})";
  ASSERT_TRUE(store.store.run(ann, [&](const Context& context) {
    return place_order(context, parse_order(body).value());
  }));
  EXPECT_EQ(store.store.number("SELECT max(number) FROM orders"), group + 1);
  store.apply();
  EXPECT_EQ(store.store.number("SELECT count(DISTINCT number) FROM orders"), group + 3);
  EXPECT_EQ(store.store.number("SELECT max(number) FROM orders"), group + 3)
      << "the one whose number was taken comes behind all";
  EXPECT_THAT(store.findings(), IsEmpty());

  ASSERT_THAT(store.stage(products(group + 2), "s1"), IsEmpty());
  store.steps_left = 1;
  EXPECT_THROW(store.apply(), std::runtime_error);
  store.steps_left = INT32_MAX;
  const std::string sku = "P" + std::to_string(group + 1);
  ASSERT_TRUE(store.store.run(ann, [&](const Context& context) {
    return create_product(
        context, "s1",
        validate(Kind::kProduct, R"({"name":"Mine","price_minor":7,"sku":")" + sku + R"("})",
                 BodyMode::kCreate, Writers::kShop)
            .value());
  }));
  store.apply();
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), group + 2);
  EXPECT_EQ(store.store.number("SELECT price_minor FROM products WHERE sku = '" + sku + "'"), 100)
      << "an import changes the product that has the sku";
  EXPECT_THAT(store.findings(), IsEmpty());
}

TEST(Bulk, a_crash_while_rows_are_taken_in_leaves_nothing) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  store.steps_left = 2;
  EXPECT_THROW(store.stage(products(2'000), "s1"), std::runtime_error);
  store.steps_left = INT32_MAX;
  EXPECT_EQ(store.apply(), 0);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), 0);
  EXPECT_THAT(store.import(products(1), "s1"), IsEmpty());
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), 1);
}

TEST(Bulk, a_small_one_is_told_change_by_change_and_a_large_one_by_one_reset) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  ASSERT_THAT(store.import(products(10), "s1"), IsEmpty());
  constexpr const char* kToShop =
      "SELECT count(*) FROM changes WHERE to_public = 1 AND shop_id = 's1' AND kind = ";
  EXPECT_EQ(store.store.number(std::string(kToShop) + "'product'"), 10);
  const std::string large = products(static_cast<int>(limits::kBulkRoomChangesMax) + 1);
  ASSERT_THAT(store.import(large, "s1"), IsEmpty());
  EXPECT_EQ(store.store.number(std::string(kToShop) + "'product'"), 10);
  EXPECT_EQ(store.store.number(std::string(kToShop) + "'bulk'"), 1);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM changes WHERE kind = 'product'"),
            limits::kBulkRoomChangesMax + 1)
      << "all is in the log, and the first ten were there";
  EXPECT_THAT(store.findings(), IsEmpty());
}

TEST(Bulk, one_into_a_shop_is_a_job_that_its_people_watch_also_over_a_crash) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  EXPECT_EQ(store.store.number("SELECT count(*) FROM jobs"), 0) << "of no one shop";
  const int group = static_cast<int>(limits::kBulkGroupRows);
  const int count = 2 * group + 50;
  ASSERT_THAT(store.stage(products(count), "s1"), IsEmpty());
  const auto job = [&](const char* state, int done) {
    return store.store.number(
        "SELECT count(*) FROM jobs WHERE shop_id = 's1' AND worker = 'import' AND state = '" +
        std::string(state) + "' AND rows_done = " + std::to_string(done) +
        " AND rows_total = " + std::to_string(count));
  };
  EXPECT_EQ(job("running", 0), 1);
  store.steps_left = 2;
  EXPECT_THROW(store.apply(), std::runtime_error);
  EXPECT_EQ(job("running", 2 * group), 1);
  store.steps_left = INT32_MAX;
  store.apply();
  EXPECT_EQ(job("done", count), 1);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM changes WHERE kind = 'job' AND to_desk = 1 "
                               "AND to_admin = 1 AND to_public = 0 AND shop_id = 's1'"),
            5)
      << "begun, a group each, done";
  EXPECT_THAT(store.findings(), IsEmpty());
}

TEST(Bulk, one_that_another_process_puts_aside_says_so_and_leaves_nothing) {
  BulkStore store;
  ASSERT_THAT(store.import(kPeople), IsEmpty());
  SeededRandom random{4};
  IdSource ids{random};
  ManualClock clock;
  BulkStage first(store.run(), ids, clock, {.shop_id = "s1"});
  ASSERT_THAT(store.import(products(1), "s1"), IsEmpty());
  EXPECT_THROW(first.finish(), BulkBusy);
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products"), 1);
  EXPECT_EQ(store.apply(), 0);
}

TEST(Seed, gives_the_same_products_and_reviews_for_the_same_number) {
  BulkStore store;
  store.fill_with_demo();
  SeedRequest request{.products = 300,
                      .reviews = 2,
                      .categories = {"Bread"},
                      .seed = 5,
                      .shop_id = "shop_bakery",
                      .reviewers = {"usr_buyer", "usr_buyer2"}};
  const auto text = [&] {
    std::string lines;
    make_seed(request, [&](std::int64_t, const Outcome<BulkRow>& row) {
      lines += bulk_line(row->record) + '\n';
    });
    return lines;
  };
  const std::string rows = text();
  EXPECT_EQ(text(), rows);
  EXPECT_THAT(store.import(rows, "shop_bakery"), IsEmpty());
  EXPECT_THAT(store.import(rows, "shop_bakery"), IsEmpty());
  EXPECT_EQ(store.store.number("SELECT count(*) FROM products WHERE sku LIKE 'SEED5-%' "
                               "AND category = 'Bread' AND rating_count = 2"),
            300);
  EXPECT_THAT(store.findings(), IsEmpty());
  request.seed = 6;
  EXPECT_NE(text(), rows);
}

TEST(Seed, is_checked_before_anything_is_written) {
  EXPECT_FALSE(check_seed({.products = 0}).has_value());
  EXPECT_FALSE(check_seed({.products = kSeedProductsMax + 1}).has_value());
  EXPECT_FALSE(check_seed({.reviews = 1}).has_value());
  const auto unknown = check_seed({.categories = {"Bread", "Cars"}});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(Problem(unknown.error()).fields.at(0).detail, HasSubstr("There is no \"Cars\""));
  EXPECT_TRUE(check_seed({.categories = {"Bread"}}).has_value());
}

TEST(BulkRowTime, is_read_as_it_is_written) {
  EXPECT_EQ(parse_rfc3339("2023-11-14T22:13:20.123Z"), 1'700'000'000'123);
  for (const char* wrong :
       {"", "2023-11-14", "2023-02-30T00:00:00.000Z", "2023-11-14T24:00:00.000Z",
        "2023-11-14T22:13:20.123z", "2023-11-14T22:13:-1.123Z"}) {
    EXPECT_EQ(parse_rfc3339(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace tillcast::commerce
