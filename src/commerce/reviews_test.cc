#include "commerce/reviews.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
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

TEST_F(Reviews, are_hidden_and_shown_with_their_product) {
  order(buyer_, {{product_, 1}}).value();
  const std::string id = review(buyer_, product_, R"({"rating":3})").value().id;
  const auto listed = [&](const auth::Principal& who) {
    const auto page = store_.read(
        [&](storage::Queries& queries) { return list_reviews(queries, who, product_, {}); });
    if (!page.has_value()) return page.error().code;
    std::string ids;
    for (const RecordImage& each : page->items) {
      if (viewer_for(who, each)) ids += each.id;
    }
    return ids;
  };
  EXPECT_EQ(listed(anonymous_), id);

  change_product(owner_, product_, R"({"status":"archived"})").value();
  ASSERT_EQ(changes_of("review").size(), 1U);
  EXPECT_TRUE(changes_of("review")[0].public_before);
  EXPECT_FALSE(changes_of("review")[0].public_after);
  EXPECT_EQ(int{changes_of("review")[0].audience}, int{storage::kPublic});
  EXPECT_EQ(listed(anonymous_), "not_found");
  EXPECT_EQ(listed(staff_), id) << "the shop's people go on to see it";

  change_product(owner_, product_, R"({"status":"active"})").value();
  ASSERT_EQ(changes_of("review").size(), 1U);
  EXPECT_FALSE(changes_of("review")[0].public_before);
  EXPECT_TRUE(changes_of("review")[0].public_after);
  EXPECT_EQ(listed(anonymous_), id);
  change_product(owner_, product_, R"({"status":"processing"})").value();
  EXPECT_TRUE(changes_of("review").empty()) << "it stays on sale while it is worked on";
  EXPECT_EQ(store_.number("SELECT count(*) FROM review_moves"), 0);
}

TEST_F(Reviews, of_a_draft_are_hidden_from_the_start) {
  order(owner_, {{product_, 1}}).value();
  change_product(owner_, product_, R"({"status":"draft"})").value();
  const auto written = review(owner_, product_, R"({"rating":3})");
  ASSERT_TRUE(written.has_value());
  EXPECT_FALSE(written->is_public);
  EXPECT_EQ(int{changes_of("review")[0].audience}, 0);
}

// More reviews than one transaction may move: the rest follows in steps, and is counted once.
TEST_F(Reviews, that_are_too_many_for_one_transaction_are_hidden_in_steps) {
  constexpr std::int64_t kMany = limits::kReviewsMovedPerStepMax * 2 + 7;
  for (std::int64_t written = 0; written < kMany; written += 500) {
    store_
        .run(owner_,
             [&](const Context& context) -> Outcome<Done> {
               RecordWriter writer(context.transaction, context.now_ms, {});
               for (std::int64_t i = written; i < std::min(kMany, written + 500); ++i) {
                 Record account(Kind::kUser);
                 const std::string id = "u" + std::to_string(i);
                 account.set({{kId, id},
                              {user::kEmail, id + "@example.org"},
                              {user::kName, id},
                              {user::kRole, std::string("customer")}});
                 writer.insert(account);
                 Record one(Kind::kReview);
                 one.set({{kId, "r" + std::to_string(i)},
                          {review::kProductId, product_},
                          {review::kShopId, shop_},
                          {review::kAuthorId, id},
                          {review::kAuthorName, id},
                          {review::kRating, std::int64_t{5}},
                          {review::kVisibility, std::string("public")}});
                 writer.insert(one);
               }
               return Done{};
             })
        .value();
  }
  const auto hidden = [&] {
    return store_.number("SELECT count(*) FROM reviews WHERE visibility = 'hidden'");
  };
  change_product(owner_, product_, R"({"status":"archived"})").value();
  EXPECT_EQ(hidden(), limits::kReviewsMovedPerStepMax);
  int steps = 0;
  bool more = true;
  while (more) {
    ++steps;
    store_
        .run(owner_,
             [&](const Context& context) -> Outcome<Done> {
               more = move_waiting_reviews(context.transaction, context.now_ms);
               return Done{};
             })
        .value();
  }
  EXPECT_EQ(hidden(), kMany);
  EXPECT_EQ(steps, 3) << "two that move, and one that finds nothing";
  EXPECT_EQ(store_.number("SELECT count(*) FROM changes WHERE kind = 'review' AND op = 2"), kMany);
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
