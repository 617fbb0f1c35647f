#include "commerce/wishlist.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;

class Wishlists : public testing::ShopTest {
 protected:
  Outcome<RecordImage> add(const auth::Principal& who, const std::string& product) {
    return store_.run(who,
                      [&](const Context& context) { return add_to_wishlist(context, product); });
  }
  Outcome<RecordImage> remove(const auth::Principal& who, const std::string& product) {
    return store_.run(
        who, [&](const Context& context) { return remove_from_wishlist(context, product); });
  }
  Outcome<RecordImage> get(const auth::Principal& who) {
    return store_.read([&](storage::Queries& queries) { return get_wishlist(queries, who); });
  }
  Outcome<RecordImage> get_one(const auth::Principal& who, const std::string& product) {
    return store_.read(
        [&](storage::Queries& queries) { return get_wished_product(queries, who, product); });
  }
  const std::string one_ = bread(1);
  const std::string two_ = bread(0);
};

TEST_F(Wishlists, are_empty_until_something_is_put_on_them) {
  const auto empty = get(buyer_);
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->version, 0);
  EXPECT_EQ(empty->user_id, buyer_.user_id);
  EXPECT_EQ(json_member(empty->json, "items"), "[]");
  EXPECT_TRUE(remove(buyer_, one_).has_value());
  EXPECT_TRUE(store_.changes().empty()) << "nothing was taken off";
}

TEST_F(Wishlists, keep_products_in_the_order_of_their_arrival_and_each_once) {
  ASSERT_TRUE(add(buyer_, two_).has_value());
  ASSERT_EQ(changes_of("wishlist").size(), 1U);
  EXPECT_EQ(changes_of("wishlist")[0].op, storage::Op::kCreated);
  EXPECT_EQ(int{changes_of("wishlist")[0].audience}, int{storage::kOwner}) << "the owner's alone";
  ASSERT_TRUE(add(buyer_, one_).has_value());
  EXPECT_TRUE(add(buyer_, two_).has_value());
  EXPECT_TRUE(store_.changes().empty()) << "it was there";
  const std::string both = R"([{"product_id":")" + two_ + R"("},{"product_id":")" + one_ + R"("}])";
  EXPECT_EQ(json_member(get(buyer_)->json, "items"), both);
  EXPECT_EQ(get(buyer_)->version, 2);
  EXPECT_EQ(get_one(buyer_, one_)->id, one_);
  EXPECT_EQ(json_member(remove(buyer_, two_)->json, "items"),
            R"([{"product_id":")" + one_ + R"("}])");
  EXPECT_EQ(code_of(get_one(buyer_, two_)), "not_found");
  EXPECT_EQ(json_member(get(buyer2_)->json, "items"), "[]");
}

TEST_F(Wishlists, take_what_is_on_sale_and_show_it_while_it_is) {
  EXPECT_EQ(code_of(add(buyer_, "nowhere")), "unknown_product");
  EXPECT_EQ(code_of(add(buyer_, bread(5, R"(,"status":"draft")"))), "unknown_product");
  ASSERT_TRUE(add(buyer_, one_).has_value());
  change_product(owner_, one_, R"({"status":"archived"})").value();
  EXPECT_EQ(code_of(get_one(buyer_, one_)), "not_found");
  EXPECT_TRUE(remove(buyer_, one_).has_value());
}

TEST_F(Wishlists, are_for_the_signed_in) {
  EXPECT_EQ(code_of(get(anonymous_)), "unauthenticated");
  EXPECT_EQ(code_of(get_one(anonymous_, one_)), "unauthenticated");
  EXPECT_EQ(code_of(add(anonymous_, one_)), "unauthenticated");
  EXPECT_EQ(code_of(remove(anonymous_, one_)), "unauthenticated");
}

TEST_F(Wishlists, hold_only_so_many_products) {
  for (std::size_t i = 0; i < limits::kWishlistItemsMax; ++i) add(buyer_, bread(1)).value();
  EXPECT_EQ(code_of(add(buyer_, bread(1))), "wishlist_full");
}

}  // namespace
}  // namespace tillcast::commerce
