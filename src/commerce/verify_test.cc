#include "commerce/verify.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "commerce/demo.h"
#include "commerce/reviews.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> findings_of(testing::Store& store) {
  return store.read([](storage::Queries& queries) {
    std::vector<std::string> lines;
    const bool good = verify(queries, [&](const Finding& finding) {
      lines.push_back(std::string(finding.check) + ": " + finding.where + ": " + finding.detail);
    });
    EXPECT_EQ(good, lines.empty());
    return lines;
  });
}

/// What somebody did to the data behind the program's back, and what finds it.
struct Corruption {
  const char* name;
  const char* sql;
  const char* check;
  const char* detail;
};

/// A shop with a product of 10, two orders of which one is cancelled, and a review.
class Verify : public testing::ShopTest, public ::testing::WithParamInterface<Corruption> {
 protected:
  Verify() {
    const std::string product = bread(10, R"(,"sku":"B1")");
    order(buyer_, {{product, 2}}).value();
    const std::string second = order(buyer2_, {{product, 3}}).value().id;
    set_status(owner_, second, "cancelled").value();
    const auto review = values_of(Kind::kReview, R"({"rating":4,"text":"good"})", BodyMode::kCreate,
                                  Writers::kOwner);
    store_
        .run(buyer_,
             [&](const Context& context) { return create_review(context, product, review); })
        .value();
  }

  void corrupt(std::string_view sql) {
    const auto outcome = store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
      EXPECT_GT(context.transaction.execute(sql, std::initializer_list<storage::Value>{}), 0)
          << sql;
      return Done{};
    });
    ASSERT_TRUE(outcome.has_value());
  }
};

TEST_F(Verify, finds_nothing_in_what_commands_wrote) {
  EXPECT_THAT(findings_of(store_), IsEmpty());
}

TEST_F(Verify, finds_nothing_after_a_product_with_stock_is_deleted) {
  const std::string product = bread(5);
  order(buyer_, {{product, 1}}).value();
  store_
      .run(owner_,
           [&](const Context& context) { return delete_product(context, product, std::nullopt); })
      .value();
  EXPECT_THAT(findings_of(store_), IsEmpty());
}

TEST_F(Verify, finds_nothing_in_a_log_that_was_pruned) {
  const auto head = store_.number("SELECT max(lsn) FROM changes");
  store_
      .run(anonymous_,
           [&](const Context& context) -> Outcome<Done> {
             storage::prune_log(context.transaction, Lsn{static_cast<std::uint64_t>(head) - 3});
             return Done{};
           })
      .value();
  EXPECT_THAT(findings_of(store_), IsEmpty());
}

TEST_F(Verify, names_a_bounded_number_of_findings_and_counts_the_rest) {
  corrupt(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
      "INSERT INTO room_pruned SELECT 1, 'room' || i, 1000000 FROM n");
  const auto found = findings_of(store_);
  EXPECT_EQ(found.size(), limits::kFindingsPerCheckMax + 1);
  EXPECT_EQ(found.back(), "log: and more: 50 of the same sort.");
}

TEST_P(Verify, finds_what_is_wrong_and_says_where) {
  corrupt(GetParam().sql);
  const std::string check = std::string(GetParam().check) + ": ";
  EXPECT_THAT(findings_of(store_), Contains(AllOf(HasSubstr(check), HasSubstr(GetParam().detail))));
}

INSTANTIATE_TEST_SUITE_P(
    corruption, Verify,
    ::testing::Values(
        Corruption{"stock_without_an_entry", "UPDATE products SET stock = stock + 1", "stock",
                   "Its stock is 9, and its entries come to 8."},
        Corruption{"two_entries_that_even_out",
                   "UPDATE stock_entries SET delta = delta + CASE reason WHEN 'sale' THEN -1 "
                   "ELSE 2 END WHERE reason IN ('sale', 'cancel')",
                   "stock", "do not follow from each other"},
        Corruption{"an_entry_lost", "DELETE FROM stock_entries WHERE reason = 'initial'", "stock",
                   "Its stock is 8, and its entries come to -2."},
        Corruption{"a_change_lost", "DELETE FROM changes WHERE lsn = 20", "log",
                   "change 20: The log goes from 19 to 21."},
        Corruption{"a_transaction_torn",
                   "UPDATE changes SET txn = lsn - 1 WHERE txn = lsn AND lsn "
                   "= (SELECT max(lsn) FROM changes WHERE txn = lsn)",
                   "log", "does not begin here"},
        Corruption{"no_epoch", "DELETE FROM meta WHERE name = 'epoch'", "log", "no epoch"},
        Corruption{"pruned_beyond_the_log", "INSERT INTO room_pruned VALUES (1, '', 1000000)",
                   "log", "which the log has not reached"},
        Corruption{"an_order_shown_to_all", "UPDATE changes SET to_public = 1 WHERE kind = 'order'",
                   "rooms", "shown to those who may not see it: public"},
        Corruption{"an_order_kept_from_the_desk",
                   "UPDATE changes SET to_desk = 0 WHERE kind = 'order'", "rooms",
                   "kept from who may see it: desk"},
        Corruption{"a_change_of_another_shop",
                   "UPDATE changes SET shop_id = 'elsewhere' WHERE kind = 'stats'", "rooms",
                   "name another record, version, shop or user"},
        Corruption{"a_product_that_was_public",
                   "UPDATE changes SET public_before = 0 WHERE kind = 'product' AND op = 2",
                   "rooms", "whether the record was or is public"},
        Corruption{"an_image_that_is_no_json",
                   "UPDATE changes SET image = '{' WHERE kind = 'review'", "rooms",
                   "no JSON object"},
        Corruption{"a_price_without_a_change", "UPDATE products SET price_minor = 1", "records",
                   "Its price_minor is another in the log."},
        Corruption{"a_version_without_a_change", "UPDATE orders SET version = 9", "records",
                   "It has version 9, and in the log"},
        Corruption{"a_row_that_nothing_made",
                   "INSERT INTO notifications SELECT 'ghost', 1, 0, 0, id, NULL, 'new_order', 'x', "
                   "NULL, 0 FROM users LIMIT 1",
                   "records", "notification ghost: No change in the log made it."},
        Corruption{"a_row_that_vanished", "DELETE FROM reviews", "records",
                   "It is gone, and no change in the log deleted it."},
        Corruption{"a_status_that_there_is_not", "UPDATE products SET status = 'sold'", "records",
                   "Its status is \"sold\""},
        Corruption{"an_entry_of_no_order",
                   "UPDATE stock_entries SET order_id = 'nowhere' WHERE reason = 'sale'",
                   "references", "Its order_id is nowhere, which is not there."},
        Corruption{"an_owner_who_left", "DELETE FROM members WHERE role = 'owner'", "owners",
                   "Its owner is not among its people."},
        Corruption{"a_total_that_is_no_sum", "UPDATE orders SET total_minor = 7", "orders",
                   "Its total is 7, and its lines come to 1000."},
        Corruption{"revenue_of_nothing", "UPDATE stats SET revenue_minor = 5 WHERE day = 'total'",
                   "stats", "revenue 5"},
        Corruption{"a_day_without_figures", "DELETE FROM stats WHERE day <> 'total'", "stats",
                   "Its figures say 0 orders"},
        Corruption{"a_product_that_was_not_counted",
                   "UPDATE stats SET products = 0 WHERE day = 'total'", "stats",
                   "Its figures say 0 products, 0 of them low; there are 1 products"},
        Corruption{"a_month_of_another_revenue",
                   "UPDATE stats SET earlier_revenue_minor = 3 WHERE day = 'total'", "stats",
                   "after a revenue of 3"},
        Corruption{"a_rating_out_of_thin_air", "UPDATE products SET rating_avg = 500", "ratings",
                   "Its rating is 500 hundredths of 1 reviews, and its reviews give 400 of 1."}),
    [](const auto& corruption) { return std::string(corruption.param.name); });

TEST(VerifyDemo, finds_nothing_in_the_demo_shops) {
  testing::Store store;
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
  EXPECT_THAT(findings_of(store), IsEmpty());
}

}  // namespace
}  // namespace tillcast::commerce
