#include "commerce/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "commerce/fields.h"
#include "commerce/reviews.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;

class ReviewSeeds : public testing::ShopTest {
 protected:
  Outcome<std::vector<Record>> make(std::int64_t count, std::vector<std::string> categories = {}) {
    const ReviewSeed request{.count = count, .categories = std::move(categories), .shop_id = shop_};
    return store_.read(
        [&](storage::Queries& queries) { return make_review_seed(queries, request); });
  }
  void write(const std::vector<Record>& reviews) {
    store_
        .run(owner_,
             [&](const Context& context) -> Outcome<Done> {
               RecordWriter writer(context.transaction, context.now_ms, {});
               for (Record review : reviews) {
                 review.set(review::kAuthorName, std::string("Somebody"));
                 review.set(review::kVisibility, std::string("public"));
                 writer.insert(review);
               }
               return Done{};
             })
        .value();
  }
};

std::vector<std::string> texts(const std::vector<Record>& reviews) {
  std::vector<std::string> all;
  for (const Record& review : reviews) all.push_back(bulk_line(review));
  return all;
}

TEST_F(ReviewSeeds, are_the_same_for_the_same_seed_also_when_they_are_there_already) {
  bread(5);
  bread(5, R"(,"category":"Bread")");
  const auto first = make(7);
  ASSERT_EQ(first->size(), 7U);
  EXPECT_EQ(texts(*first), texts(*make(7)));
  write(*first);
  EXPECT_EQ(texts(*first), texts(*make(7)));
}

TEST_F(ReviewSeeds, are_one_a_product_and_person_and_leave_out_who_has_reviewed_it) {
  const std::string rye = bread(50);
  order(buyer_, {{rye, 1}}).value();
  const Values values =
      values_of(Kind::kReview, R"({"rating":5})", BodyMode::kCreate, Writers::kOwner);
  store_.run(buyer_, [&](const Context& context) { return create_review(context, rye, values); })
      .value();
  std::set<std::string> authors;
  for (const Record& review : *make(100)) authors.insert(review.text(review::kAuthorId));
  EXPECT_EQ(authors.size(), 5U) << "there are six people";
  EXPECT_FALSE(authors.contains(buyer_.user_id));
}

TEST_F(ReviewSeeds, are_of_what_is_on_sale_and_of_the_categories_that_are_asked_for) {
  bread(5, R"(,"status":"draft")");
  EXPECT_EQ(code_of(make(3)), "nothing_to_review");
  bread(5, R"(,"category":"Bread")");
  EXPECT_EQ(make(3)->size(), 3U);
  EXPECT_EQ(code_of(make(3, {"Cakes"})), "nothing_to_review");
  EXPECT_EQ(code_of(make(0)), "validation_failed");
  EXPECT_EQ(code_of(make(kSeedReviewsMax + 1)), "validation_failed");
}

TEST_F(ReviewSeeds, are_listed_by_shop_a_page_at_a_time) {
  bread(5);
  write(*make(5));
  std::vector<std::string> seen;
  PageRequest page{2, {}};
  do {
    const auto part = store_.read([&](storage::Queries& queries) {
      return list_all_reviews(queries, anonymous_, shop_, page);
    });
    for (const RecordImage& review : part->items) seen.push_back(review.id);
    page.cursor = part->next_cursor;
  } while (!page.cursor.empty());
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
  const auto of = [&](const std::string& shop) {
    return store_
        .read([&](storage::Queries& queries) {
          return list_all_reviews(queries, anonymous_, shop, {});
        })
        ->items.size();
  };
  EXPECT_EQ(of(""), 5U);
  EXPECT_EQ(of(other_shop_), 0U);
}

}  // namespace
}  // namespace tillcast::commerce
