#include "commerce/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "commerce/cursor.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;
using testing::status_of;

class Catalogue : public testing::ShopTest {
 protected:
  Outcome<RecordImage> remove(const auth::Principal& who, const std::string& id,
                              std::optional<std::int64_t> if_match = std::nullopt) {
    return store_.run(
        who, [&](const Context& context) { return delete_product(context, id, if_match); });
  }
  Outcome<RecordImage> get(const auth::Principal& who, const std::string& id) {
    return store_.read([&](storage::Queries& queries) { return get_product(queries, who, id); });
  }
};

TEST_F(Catalogue, takes_products_from_the_shops_people_alone) {
  const std::string_view body = R"({"name":"Rye","price_minor":300})";
  EXPECT_TRUE(add_product(staff_, shop_, body).has_value());
  EXPECT_TRUE(add_product(admin_, shop_, body).has_value());
  for (const auth::Principal& who : {anonymous_, buyer_, stranger_}) {
    EXPECT_EQ(code_of(add_product(who, shop_, body)), "forbidden");
    EXPECT_EQ(status_of(add_product(who, shop_, body)), 403);
  }
  EXPECT_EQ(code_of(add_product(owner_, "nowhere", body)), "not_found");
}

TEST_F(Catalogue, gives_a_product_its_defaults_and_its_first_stock_entry) {
  const auto product = add_product(owner_, shop_, R"({"name":"Rye","price_minor":3,"stock":7})");
  EXPECT_EQ(json_member(product->json, "status"), "active");
  EXPECT_EQ(json_member(product->json, "low_stock_threshold"), "5");
  EXPECT_EQ(json_member(product->json, "cost_minor"), "0");
  ASSERT_EQ(changes_of("stock_entry").size(), 1U);
  const std::string entry = changes_of("stock_entry")[0].image;
  EXPECT_EQ(json_member(entry, "delta"), "7");
  EXPECT_EQ(json_member(entry, "stock_after"), "7");
  EXPECT_EQ(json_member(entry, "reason"), "initial");
  EXPECT_EQ(json_member(entry, "product_id"), product->id);
  EXPECT_EQ(json_member(entry, "order_id"), "");
}

TEST_F(Catalogue, has_a_sku_once_a_shop) {
  const std::string_view body = R"({"name":"Rye","price_minor":3,"sku":"R1"})";
  ASSERT_TRUE(add_product(owner_, shop_, body).has_value());
  EXPECT_EQ(code_of(add_product(owner_, shop_, body)), "sku_taken");
  EXPECT_TRUE(add_product(stranger_, other_shop_, body).has_value());
  const std::string other = bread(1);
  EXPECT_EQ(code_of(change_product(owner_, other, R"({"sku":"R1"})")), "sku_taken");
  EXPECT_EQ(status_of(change_product(owner_, other, R"({"sku":"R1"})")), 409);
  EXPECT_TRUE(change_product(owner_, other, R"({"sku":"R2"})").has_value());
  EXPECT_TRUE(change_product(owner_, other, R"({"sku":"R2","name":"N"})").has_value());
}

TEST_F(Catalogue, writes_a_correction_of_the_stock_into_the_stock_log) {
  const std::string id = bread(10);
  ASSERT_TRUE(change_product(owner_, id, R"({"stock":8,"name":"Rye"})").has_value());
  ASSERT_EQ(changes_of("stock_entry").size(), 1U);
  const std::string entry = changes_of("stock_entry")[0].image;
  EXPECT_EQ(json_member(entry, "delta"), "-2");
  EXPECT_EQ(json_member(entry, "stock_after"), "8");
  EXPECT_EQ(json_member(entry, "reason"), "correction");
  EXPECT_TRUE(changes_of("notification").empty());
  ASSERT_TRUE(change_product(owner_, id, R"({"name":"Spelt"})").has_value());
  EXPECT_TRUE(changes_of("stock_entry").empty());
}

TEST_F(Catalogue, tells_the_desk_when_a_correction_falls_below_the_threshold) {
  const std::string id = bread(10);
  ASSERT_TRUE(change_product(owner_, id, R"({"stock":4})").has_value());
  ASSERT_EQ(changes_of("notification").size(), 1U);
  EXPECT_EQ(json_member(changes_of("notification")[0].image, "type"), "low_stock");
  ASSERT_TRUE(change_product(owner_, id, R"({"stock":3})").has_value());
  EXPECT_TRUE(changes_of("notification").empty()) << "it was low before";
}

TEST_F(Catalogue, is_changed_by_the_shops_people_alone) {
  const std::string id = bread(1);
  for (const auth::Principal& who : {anonymous_, buyer_, stranger_}) {
    EXPECT_EQ(code_of(change_product(who, id, R"({"price_minor":1})")), "forbidden");
    EXPECT_EQ(code_of(remove(who, id)), "forbidden");
    EXPECT_TRUE(store_.changes().empty());
  }
  EXPECT_TRUE(change_product(staff_, id, R"({"price_minor":1})").has_value());
  EXPECT_EQ(code_of(change_product(owner_, "nowhere", "{}")), "not_found");
  EXPECT_EQ(code_of(remove(owner_, "nowhere")), "not_found");
}

TEST_F(Catalogue, hides_a_draft_from_all_others) {
  const std::string id = bread(1, R"(,"status":"draft")");
  for (const auth::Principal& who : {anonymous_, buyer_, stranger_}) {
    EXPECT_EQ(code_of(get(who, id)), "not_found");
    EXPECT_EQ(code_of(change_product(who, id, R"({"price_minor":1})")), "not_found");
  }
  EXPECT_TRUE(get(staff_, id).has_value());
  EXPECT_TRUE(get(admin_, id).has_value());
}

TEST_F(Catalogue, changes_a_product_in_the_version_that_was_meant) {
  const std::string id = bread(1);
  ASSERT_TRUE(change_product(owner_, id, R"({"price_minor":1})", 1).has_value());
  const auto conflict = change_product(owner_, id, R"({"price_minor":2})", 1);
  EXPECT_EQ(code_of(conflict), "version_conflict");
  EXPECT_EQ(status_of(conflict), 412);
  EXPECT_NE(conflict.error().extra_json.find(R"("version":2)"), std::string::npos);
  EXPECT_NE(conflict.error().extra_json.find("cost_minor"), std::string::npos) << "for the desk";
  EXPECT_EQ(code_of(remove(owner_, id, 1)), "version_conflict");
  EXPECT_TRUE(remove(owner_, id, 2).has_value());
}

TEST_F(Catalogue, removes_a_product_and_keeps_its_stock_log) {
  const std::string id = bread(3);
  const auto removed = remove(owner_, id);
  EXPECT_EQ(json_member(removed->json, "name"), "Bread");
  EXPECT_EQ(code_of(get(owner_, id)), "not_found");
  EXPECT_EQ(store_.number("SELECT count(*) FROM stock_entries"), 1);
}

// The list.

class ProductList : public Catalogue {
 protected:
  ProductList() {
    add("Rye bread", "bread", 300, "active", "dark and moist");
    add("Spelt bread", "bread", 420, "active", "100% spelt");
    add("Apple cake", "cake", 420, "active", "with cream");
    add("Cream_cake", "cake", 999, "enriched", "");
    add("Secret pie", "cake", 100, "draft", "");
    add("Old bun", "bread", 50, "archived", "");
    store_.now_ms += 1;
    add_product(stranger_, other_shop_, R"({"name":"Radio","price_minor":420})").value();
  }
  void add(const std::string& name, const std::string& category, int price,
           const std::string& status, const std::string& description) {
    store_.now_ms += 1;
    add_product(owner_, shop_,
                R"({"name":")" + name + R"(","category":")" + category + R"(","price_minor":)" +
                    std::to_string(price) + R"(,"status":")" + status + R"(","description":")" +
                    description + R"("})")
        .value();
  }
  /// The names that all pages of the query give.
  std::string names(const auth::Principal& who, ProductQuery query) {
    std::string text;
    do {
      const auto page = store_.read(
          [&](storage::Queries& queries) { return list_products(queries, who, query); });
      if (!page) return page.error().code;
      EXPECT_LE(page->items.size(), query.page.limit);
      for (const RecordImage& product : page->items) {
        if (!text.empty()) text += ", ";
        text += json_member(product.json, "name");
      }
      query.page.cursor = page->next_cursor;
    } while (!query.page.cursor.empty());
    return text;
  }
};

TEST_F(ProductList, gives_what_is_on_sale_everywhere_the_newest_first) {
  EXPECT_EQ(names(anonymous_, {}), "Radio, Cream_cake, Apple cake, Spelt bread, Rye bread");
  EXPECT_EQ(names(anonymous_, {.shop_id = other_shop_}), "Radio");
  EXPECT_EQ(names(anonymous_, {.shop_id = "nowhere"}), "");
}

TEST_F(ProductList, gives_their_people_all_of_a_shop) {
  EXPECT_EQ(names(staff_, {.shop_id = shop_}),
            "Old bun, Secret pie, Cream_cake, Apple cake, Spelt bread, Rye bread");
  EXPECT_EQ(names(stranger_, {.shop_id = shop_}), "Cream_cake, Apple cake, Spelt bread, Rye bread");
  EXPECT_EQ(names(staff_, {}), "Radio, Cream_cake, Apple cake, Spelt bread, Rye bread");
  EXPECT_EQ(names(staff_, {.shop_id = shop_, .status = "draft"}), "Secret pie");
  EXPECT_EQ(names(stranger_, {.shop_id = shop_, .status = "draft"}), "forbidden");
  EXPECT_EQ(names(anonymous_, {.status = "draft"}), "forbidden");
  EXPECT_EQ(names(anonymous_, {.status = "enriched"}), "Cream_cake");
  EXPECT_EQ(names(anonymous_, {.status = "nonsense"}), "bad_query");
}

TEST_F(ProductList, filters_by_category_and_text) {
  EXPECT_EQ(names(anonymous_, {.category = "bread"}), "Spelt bread, Rye bread");
  EXPECT_EQ(names(anonymous_, {.text = "BREAD"}), "Spelt bread, Rye bread");
  EXPECT_EQ(names(anonymous_, {.text = "cream"}), "Cream_cake, Apple cake");
  EXPECT_EQ(names(anonymous_, {.text = "bread", .category = "cake"}), "");
  EXPECT_EQ(names(anonymous_, {.text = "100%"}), "Spelt bread");
  EXPECT_EQ(names(anonymous_, {.text = "bre dar"}), "Rye bread") << "the beginnings of words";
  EXPECT_EQ(names(anonymous_, {.text = "cream_CAKE"}), "Cream_cake, Apple cake");
  EXPECT_EQ(names(anonymous_, {.text = "ead"}), "") << "no word begins like that";
  EXPECT_EQ(names(anonymous_, {.text = "pie"}), "") << "a draft";
  EXPECT_EQ(names(staff_, {.shop_id = shop_, .text = "pie"}), "Secret pie");
  EXPECT_EQ(names(anonymous_, {.text = std::string(201, 'x')}), "bad_query");
}

// What a user types is no query language, whatever it looks like.
TEST_F(ProductList, finds_nothing_or_something_by_any_text_and_never_fails) {
  for (const std::string text : {"\\",
                                 "\"",
                                 "\"bread",
                                 "bread\"\"",
                                 "*",
                                 "bread*",
                                 "NOT",
                                 "bread AND",
                                 "AND OR NOT",
                                 "NEAR(a b)",
                                 "title:bread",
                                 "{title body} : x",
                                 "^bread",
                                 "(bread",
                                 "bread)",
                                 "-bread",
                                 "bread + rye",
                                 "\xe2\x80\x93",
                                 "\xe2\x80\x93 \xe2\x80\x93",
                                 "bread \xe2\x80\x93 rye",
                                 "'; DROP TABLE products; --",
                                 "%",
                                 "_",
                                 "$1",
                                 "?",
                                 "\xf0\x9f\x8d\x9e",
                                 "bread \xf0\x9f\x8d\x9e"}) {
    for (const ProductSort sort : {ProductSort::kNewest, ProductSort::kRelevance}) {
      EXPECT_EQ(names(anonymous_, {.text = text, .sort = sort}).find("bad_"), std::string::npos)
          << text;
    }
  }
  EXPECT_EQ(names(anonymous_, {.text = "bread \xe2\x80\x93 rye"}), "Rye bread");
  EXPECT_EQ(names(anonymous_, {.text = "NOT bread"}), "") << "a word like any other";
  EXPECT_EQ(names(anonymous_, {.text = "..."}), "");
  EXPECT_EQ(names(anonymous_, {.text = std::string("a\0b", 3)}), "bad_query");
  EXPECT_EQ(names(anonymous_, {.text = "x x x x x x x x x x x x x x x x x x x x"}), "");
}

TEST_F(ProductList, finds_words_with_and_without_accents) {
  add("Crème brûlée", "cake", 500, "active", "");
  for (const std::string text : {"creme", "CRÈME brul", "crème"}) {
    EXPECT_EQ(names(anonymous_, {.text = text}).substr(0, 6), "Crème") << text;
  }
}

TEST_F(ProductList, follows_what_products_say_now) {
  const std::string id = bread(1, R"(,"description":"sourdough")");
  EXPECT_EQ(names(anonymous_, {.text = "sourdough"}), "Bread");
  change_product(owner_, id, R"({"description":"with walnuts"})").value();
  EXPECT_EQ(names(anonymous_, {.text = "sourdough"}), "");
  EXPECT_EQ(names(anonymous_, {.text = "walnut"}), "Bread");
  change_product(owner_, id, R"({"description":null,"stock":7})").value();
  EXPECT_EQ(names(anonymous_, {.text = "walnut"}), "");
  order(buyer_, {{id, 1}}).value();
  change_product(owner_, id, R"({"name":"Ciabatta"})").value();
  EXPECT_EQ(names(anonymous_, {.text = "ciab"}), "Ciabatta");
  ASSERT_TRUE(remove(owner_, id).has_value());
  EXPECT_EQ(names(anonymous_, {.text = "ciab"}), "");
  EXPECT_EQ(store_.number("SELECT count(*) FROM product_text"),
            store_.number("SELECT count(*) FROM products"));
  if (store_.database().engine() == storage::Engine::kSqlite) {
    EXPECT_EQ(store_.number("SELECT count(*) FROM product_keys"),
              store_.number("SELECT count(*) FROM products"));
  }
}

TEST_F(ProductList, gives_the_most_relevant_first_in_pages_up_to_a_bound) {
  EXPECT_EQ(names(anonymous_, {.text = "cream", .sort = ProductSort::kRelevance}),
            "Cream_cake, Apple cake")
      << "a word of the name counts more than one of the description";
  EXPECT_EQ(names(anonymous_, {.sort = ProductSort::kRelevance}), "bad_query");
  for (std::int64_t i = 0; i < limits::kRelevantItemsMax + 10; ++i) {
    add("Muffin " + std::to_string(i), "cake", 100, "active", "");
  }
  for (const std::size_t limit : {std::size_t{7}, std::size_t{50}, std::size_t{200}}) {
    ProductQuery query{
        .text = "muffin", .sort = ProductSort::kRelevance, .page = {.limit = limit, .cursor = ""}};
    std::set<std::string> ids;
    std::size_t count = 0;
    do {
      const Page page = store_
                            .read([&](storage::Queries& queries) {
                              return list_products(queries, anonymous_, query);
                            })
                            .value();
      for (const RecordImage& each : page.items) ids.insert(each.id);
      count += page.items.size();
      query.page.cursor = page.next_cursor;
    } while (!query.page.cursor.empty());
    EXPECT_EQ(count, static_cast<std::size_t>(limits::kRelevantItemsMax)) << limit;
    EXPECT_EQ(ids.size(), count) << "none twice";
  }
  EXPECT_EQ(names(anonymous_, {.text = "muffin",
                               .sort = ProductSort::kRelevance,
                               .page = {.limit = 7, .cursor = make_cursor({"relevance", "-1"})}}),
            "bad_cursor");
}

TEST_F(ProductList, sorts_every_way_over_pages_of_every_size) {
  struct Sorted {
    ProductSort sort;
    std::string names;
  };
  const Sorted sorted[] = {
      {ProductSort::kNewest, "Radio, Cream_cake, Apple cake, Spelt bread, Rye bread"},
      {ProductSort::kPrice, "Rye bread, Spelt bread, Apple cake, Radio, Cream_cake"},
      {ProductSort::kPriceFalling, "Cream_cake, Radio, Apple cake, Spelt bread, Rye bread"},
      {ProductSort::kName, "Apple cake, Cream_cake, Radio, Rye bread, Spelt bread"},
  };
  for (const Sorted& each : sorted) {
    for (std::size_t limit = 1; limit <= 6; ++limit) {
      EXPECT_EQ(names(anonymous_, {.sort = each.sort, .page = {.limit = limit, .cursor = ""}}),
                each.names)
          << limit;
    }
  }
}

TEST_F(ProductList, sorts_by_rating) {
  store_
      .run(owner_,
           [&](const Context& context) -> Outcome<Done> {
             context.transaction.execute(
                 "UPDATE products SET rating_avg = price_minor WHERE price_minor < 500", {});
             return Done{};
           })
      .value();
  EXPECT_EQ(names(anonymous_, {.sort = ProductSort::kRating, .page = {.limit = 2, .cursor = ""}}),
            "Radio, Apple cake, Spelt bread, Rye bread, Cream_cake");
}

TEST_F(ProductList, goes_on_in_the_right_place_while_rows_change) {
  ProductQuery query{.sort = ProductSort::kPrice, .page = {.limit = 2, .cursor = ""}};
  const auto read = [&] {
    return store_
        .read([&](storage::Queries& queries) { return list_products(queries, anonymous_, query); })
        .value();
  };
  const Page first = read();
  ASSERT_EQ(first.items.size(), 2U);
  // The page's last record goes away, and a new one comes before it.
  ASSERT_TRUE(remove(owner_, first.items[1].id).has_value());
  add("Cheap roll", "bread", 10, "active", "");
  query.page.cursor = first.next_cursor;
  const Page second = read();
  ASSERT_EQ(second.items.size(), 2U);
  EXPECT_EQ(json_member(second.items[0].json, "name"), "Apple cake");
}

TEST_F(ProductList, refuses_a_cursor_of_another_list) {
  const auto first = store_.read([&](storage::Queries& queries) {
    return list_products(queries, anonymous_,
                         {.sort = ProductSort::kPrice, .page = {.limit = 1, .cursor = ""}});
  });
  EXPECT_EQ(names(anonymous_,
                  {.sort = ProductSort::kName, .page = {.limit = 1, .cursor = first->next_cursor}}),
            "bad_cursor");
  EXPECT_EQ(names(anonymous_, {.page = {.limit = 1, .cursor = "!"}}), "bad_cursor");
}

TEST(ProductSorts, are_known_by_name) {
  for (const std::string_view name : {"newest", "price", "-price", "name", "rating"}) {
    EXPECT_TRUE(parse_product_sort(name).has_value()) << name;
  }
  EXPECT_FALSE(parse_product_sort("").has_value());
  EXPECT_FALSE(parse_product_sort("Price").has_value());
}

}  // namespace
}  // namespace tillcast::commerce
