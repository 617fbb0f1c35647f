#include "commerce/reviews.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;
using testing::status_of;

class Reviews : public testing::ShopTest {
 protected:
  Outcome<RecordImage> review(const auth::Principal& who, const std::string& product,
                              std::string_view body) {
    const Values values = values_of(Kind::kReview, body, BodyMode::kCreate, Writers::kOwner);
    return store_.run(
        who, [&](const Context& context) { return create_review(context, product, values); });
  }
  const std::string product_ = bread(100);
};

TEST_F(Reviews, give_the_product_its_rating_in_the_same_transaction) {
  order(buyer_, {{product_, 1}}).value();
  order(buyer2_, {{product_, 1}}).value();
  const auto first = review(buyer_, product_, R"({"rating":5,"text":"Good"})");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(json_member(first->json, "author_name"), "buyer");
  EXPECT_EQ(json_member(first->json, "shop_id"), shop_);
  ASSERT_TRUE(review(buyer2_, product_, R"({"rating":4})").has_value());
  ASSERT_EQ(changes_of("product").size(), 1U);
  EXPECT_EQ(changes_of("product")[0].changed, "rating_avg,rating_count");
  EXPECT_EQ(json_member(changes_of("product")[0].image, "rating_count"), "2");
  EXPECT_NE(changes_of("product")[0].image.find(R"("rating_avg":4.5,)"), std::string::npos);
  EXPECT_EQ(int{changes_of("review")[0].audience}, int{storage::kPublic});
}

TEST_F(Reviews, are_by_who_bought_the_product_once) {
  const std::string body = R"({"rating":1})";
  EXPECT_EQ(code_of(review(anonymous_, product_, body)), "unauthenticated");
  EXPECT_EQ(code_of(review(buyer_, product_, body)), "not_bought");
  EXPECT_EQ(status_of(review(buyer_, product_, body)), 403);
  const std::string other = bread(100);
  order(buyer_, {{other, 1}}).value();
  EXPECT_EQ(code_of(review(buyer_, product_, body)), "not_bought") << "another product";
  const std::string cancelled = order(buyer_, {{product_, 1}}).value().id;
  set_status(buyer_, cancelled, "cancelled").value();
  EXPECT_EQ(code_of(review(buyer_, product_, body)), "not_bought") << "it was cancelled";
  order(buyer_, {{product_, 1}}).value();
  EXPECT_TRUE(review(buyer_, product_, body).has_value());
  EXPECT_EQ(code_of(review(buyer_, product_, body)), "already_reviewed");
  EXPECT_EQ(code_of(review(buyer_, "nowhere", body)), "not_found");
}

TEST_F(Reviews, are_listed_the_latest_first) {
  for (const auth::Principal& who : {buyer_, buyer2_, staff_}) {
    store_.now_ms += 1;
    order(who, {{product_, 1}}).value();
    review(who, product_, R"({"rating":3})").value();
  }
  std::string names;
  PageRequest request{.limit = 2, .cursor = ""};
  do {
    const auto page = store_.read([&](storage::Queries& queries) {
      return list_reviews(queries, anonymous_, product_, request);
    });
    for (const RecordImage& each : page->items)
      names += json_member(each.json, "author_name") + " ";
    request.cursor = page->next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(names, "staff buyer2 buyer ");
  EXPECT_EQ(code_of(store_.read([&](storage::Queries& queries) {
              return list_reviews(queries, anonymous_, "nowhere", {});
            })),
            "not_found");
}

TEST_F(Reviews, go_with_their_product) {
  order(buyer_, {{product_, 1}}).value();
  review(buyer_, product_, R"({"rating":3})").value();
  ASSERT_TRUE(store_
                  .run(owner_,
                       [&](const Context& context) {
                         return delete_product(context, product_, std::nullopt);
                       })
                  .has_value());
  ASSERT_EQ(changes_of("review").size(), 1U);
  EXPECT_EQ(changes_of("review")[0].op, storage::Op::kDeleted);
  EXPECT_EQ(store_.number("SELECT count(*) FROM reviews"), 0);
}

}  // namespace
}  // namespace tillcast::commerce
