#include "commerce/stats.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"
#include "commerce/verify.h"

namespace tillcast::commerce {
namespace {

using testing::json_member;

class Stats : public testing::ShopTest {
 protected:
  Record total() { return store_.record(Kind::kStats, shop_ + "_total"); }
  [[nodiscard]] std::int64_t of_month() {
    const Record figures = total();
    return figures.integer(stats::kRevenueMinor) - figures.integer(stats::kEarlierRevenueMinor);
  }
  /// The last change that the last command logged is that of the total, as it stands.
  void expect_told() {
    ASSERT_FALSE(store_.changes().empty());
    const Record figures = total();
    std::string last;
    for (const storage::Change& change : changes_of("stats")) {
      if (change.id == figures.id()) last = change.image;
    }
    EXPECT_EQ(last, image_of(figures).json);
  }
  void expect_right() {
    std::vector<std::string> found;
    store_.read([&](storage::Queries& queries) {
      verify(queries, [&](const Finding& finding) { found.push_back(finding.detail); });
      return 0;
    });
    EXPECT_EQ(found, std::vector<std::string>{});
  }
};

TEST_F(Stats, count_the_products_and_those_that_are_low) {
  const std::string rye = bread(10);
  bread(3);
  EXPECT_EQ(total().integer(stats::kProducts), 2);
  EXPECT_EQ(total().integer(stats::kLowStock), 1);
  expect_told();
  change_product(owner_, rye, R"({"stock":4})").value();
  EXPECT_EQ(total().integer(stats::kLowStock), 2);
  change_product(owner_, rye, R"({"low_stock_threshold":4})").value();
  EXPECT_EQ(total().integer(stats::kLowStock), 1);
  store_.run(owner_, [&](const Context& context) { return delete_product(context, rye, {}); })
      .value();
  EXPECT_EQ(total().integer(stats::kProducts), 1);
  expect_told();
  expect_right();
}

TEST_F(Stats, are_told_with_every_change_of_a_product_or_an_order) {
  const std::string rye = bread(10);
  change_product(owner_, rye, R"({"name":"Rye"})").value();
  expect_told();
  const std::string placed = order(buyer_, {{rye, 6}})->id;
  EXPECT_EQ(total().integer(stats::kLowStock), 1);
  expect_told();
  set_status(owner_, placed, "confirmed").value();
  expect_told();
  set_status(owner_, placed, "cancelled").value();
  EXPECT_EQ(total().integer(stats::kLowStock), 0);
  expect_told();
  change_product(owner_, rye, R"({"name":"Rye"})").value();
  EXPECT_TRUE(store_.changes().empty()) << "nothing was changed";
  expect_right();
}

TEST_F(Stats, know_the_revenue_of_the_latest_month) {
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::string rye = bread(50);
  const std::string november = order(buyer_, {{rye, 1}})->id;  // on the 14th
  EXPECT_EQ(total().text(stats::kMonth), "2023-11");
  EXPECT_EQ(of_month(), 500);
  store_.now_ms += 20 * kDayMs;
  const std::string december = order(buyer_, {{rye, 2}})->id;
  order(buyer_, {{rye, 3}}).value();
  EXPECT_EQ(total().text(stats::kMonth), "2023-12");
  EXPECT_EQ(of_month(), 2'500);
  set_status(owner_, november, "cancelled").value();
  EXPECT_EQ(of_month(), 2'500) << "it was of another month";
  expect_told();
  set_status(owner_, december, "cancelled").value();
  EXPECT_EQ(of_month(), 1'500);
  EXPECT_EQ(total().integer(stats::kRevenueMinor), 1'500);
  expect_right();
}

TEST_F(Stats, of_older_data_are_completed_once) {
  const std::string rye = bread(10);
  order(buyer_, {{rye, 6}}).value();
  const Record whole = total();
  add_product(stranger_, other_shop_, R"({"name":"Lamp","price_minor":900})").value();
  const auth::Principal nobody;
  store_
      .run(nobody,
           [](const Context& context) -> Outcome<Done> {
             context.transaction.execute("DELETE FROM stats WHERE revenue_minor = 0",
                                         std::span<const storage::Value>{});
             context.transaction.execute(
                 "UPDATE stats SET products = NULL, low_stock = NULL, month = NULL, "
                 "earlier_revenue_minor = NULL",
                 std::span<const storage::Value>{});
             return Done{};
           })
      .value();
  const auto complete = [&] {
    store_
        .run(nobody,
             [](const Context& context) -> Outcome<Done> {
               EXPECT_FALSE(complete_totals(context.transaction, context.now_ms));
               return Done{};
             })
        .value();
  };
  complete();
  expect_told();
  for (const FieldIndex field : {stats::kProducts, stats::kLowStock, stats::kMonth}) {
    EXPECT_EQ(total().value(field), whole.value(field));
  }
  EXPECT_EQ(of_month(), 3'000);
  EXPECT_EQ(store_.record(Kind::kStats, other_shop_ + "_total").integer(stats::kProducts), 1);
  complete();
  EXPECT_TRUE(store_.changes().empty());
}

}  // namespace
}  // namespace tillcast::commerce
