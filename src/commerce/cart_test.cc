#include "commerce/cart.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;

class Carts : public testing::ShopTest {
 protected:
  Outcome<RecordImage> put(const auth::Principal& who, const std::vector<ItemLine>& items) {
    return store_.run(who, [&](const Context& context) { return put_cart(context, items); });
  }
};

TEST_F(Carts, are_replaced_as_a_whole) {
  const std::string one = bread(5);
  const std::string two = bread(5);
  ASSERT_TRUE(put(buyer_, {{one, 2}}).has_value());
  const auto cart = put(buyer_, {{two, 1}});
  EXPECT_EQ(json_member(cart->json, "items"), R"([{"product_id":")" + two + R"(","quantity":1}])");
  ASSERT_EQ(store_.changes().size(), 1U);
  EXPECT_EQ(int{store_.changes()[0].audience}, int{storage::kOwner}) << "the owner's alone";
  EXPECT_EQ(json_member(put(buyer_, {})->json, "items"), "[]");
}

TEST_F(Carts, hold_what_is_on_sale_alone) {
  const std::string draft = bread(5, R"(,"status":"draft")");
  EXPECT_EQ(code_of(put(buyer_, {{draft, 1}})), "unknown_product");
  EXPECT_EQ(code_of(put(buyer_, {{"nowhere", 1}})), "unknown_product");
  EXPECT_TRUE(store_.changes().empty());
}

TEST_F(Carts, are_for_the_signed_in) {
  EXPECT_EQ(code_of(put(anonymous_, {})), "unauthenticated");
  EXPECT_EQ(code_of(store_.read(
                [&](storage::Queries& queries) { return get_cart(queries, anonymous_); })),
            "unauthenticated");
}

}  // namespace
}  // namespace tillcast::commerce
