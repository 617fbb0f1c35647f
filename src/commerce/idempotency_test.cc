#include "commerce/idempotency.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::status_of;

class Idempotency : public testing::ShopTest {
 protected:
  Outcome<RecordImage> order_once(const auth::Principal& who, const IdempotencyScope& scope,
                                  std::int64_t quantity = 1) {
    const OrderRequest request{shop_, {{product_, quantity}}};
    return store_.run(who, [&](const Context& context) {
      return idempotent(context, scope, [&] { return place_order(context, request); });
    });
  }
  std::int64_t orders() { return store_.number("SELECT count(*) FROM orders"); }

  const std::string product_ = bread(10);
  const IdempotencyScope scope_{"POST", "/api/v1/orders", "key-1", R"({"a":1})"};
};

TEST_F(Idempotency, gives_the_first_success_again) {
  const auto first = order_once(buyer_, scope_);
  ASSERT_TRUE(first.has_value());
  set_status(owner_, first->id, "confirmed").value();
  const auto again = order_once(buyer_, scope_);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(store_.changes().empty());
  EXPECT_EQ(again->json, first->json);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->shop_id, first->shop_id);
  EXPECT_EQ(again->user_id, first->user_id);
  EXPECT_EQ(again->version, first->version);
  EXPECT_EQ(orders(), 1);
}

TEST_F(Idempotency, refuses_another_body_under_the_same_key) {
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  IdempotencyScope other = scope_;
  other.body = R"({"a":2})";
  EXPECT_EQ(code_of(order_once(buyer_, other)), "idempotency_mismatch");
  EXPECT_EQ(status_of(order_once(buyer_, other)), 422);
  EXPECT_EQ(orders(), 1);
}

TEST_F(Idempotency, is_for_one_caller_method_path_and_key) {
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  ASSERT_TRUE(order_once(buyer2_, scope_).has_value());
  for (const IdempotencyScope& other :
       {IdempotencyScope{"PUT", scope_.path, scope_.key, scope_.body},
        IdempotencyScope{scope_.method, "/api/v1/other", scope_.key, scope_.body},
        IdempotencyScope{scope_.method, scope_.path, "key-2", scope_.body}}) {
    ASSERT_TRUE(order_once(buyer_, other).has_value());
  }
  EXPECT_EQ(orders(), 5);
}

TEST_F(Idempotency, does_not_keep_a_refusal) {
  EXPECT_EQ(code_of(order_once(buyer_, scope_, 11)), "out_of_stock");
  EXPECT_EQ(store_.number("SELECT count(*) FROM idempotency_keys"), 0);
  ASSERT_TRUE(change_product(owner_, product_, R"({"stock":20})").has_value());
  EXPECT_TRUE(order_once(buyer_, scope_, 11).has_value()) << "evaluated again";
}

TEST_F(Idempotency, needs_a_key_and_a_caller) {
  IdempotencyScope none = scope_;
  none.key = "";
  ASSERT_TRUE(order_once(buyer_, none).has_value());
  ASSERT_TRUE(order_once(buyer_, none).has_value());
  EXPECT_EQ(orders(), 2);
  EXPECT_EQ(code_of(order_once(anonymous_, scope_)), "unauthenticated");
  const std::string long_key(limits::kIdempotencyKeyBytesMax + 1, 'k');
  IdempotencyScope too_long = scope_;
  too_long.key = long_key;
  EXPECT_EQ(code_of(order_once(buyer_, too_long)), "bad_idempotency_key");
}

TEST_F(Idempotency, forgets_after_its_time) {
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  store_.now_ms += limits::kIdempotencyTtlMs - 1;
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  EXPECT_EQ(orders(), 1);
  store_.now_ms += 1;
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  EXPECT_EQ(orders(), 2) << "though the row was still there";
}

TEST_F(Idempotency, is_pruned) {
  ASSERT_TRUE(order_once(buyer_, scope_).has_value());
  store_.now_ms += limits::kIdempotencyTtlMs;
  ASSERT_TRUE(order_once(buyer2_, scope_).has_value());
  store_
      .run(anonymous_,
           [](const Context& context) -> Outcome<Done> {
             prune_idempotency_keys(context.transaction, context.now_ms, 100);
             return Done{};
           })
      .value();
  EXPECT_EQ(store_.number("SELECT count(*) FROM idempotency_keys"), 1);
}

TEST_F(Idempotency, shows_nothing_to_who_may_no_longer_see_it) {
  const Values values =
      values_of(Kind::kProduct, R"({"name":"New","price_minor":1,"status":"draft"})",
                BodyMode::kCreate, Writers::kShop);
  const auto create = [&](const auth::Principal& who) {
    return store_.run(who, [&](const Context& context) {
      return idempotent(context, scope_, [&] { return create_product(context, shop_, values); });
    });
  };
  ASSERT_TRUE(create(staff_).has_value());
  auth::Principal dismissed = staff_;
  dismissed.shops.clear();
  EXPECT_EQ(code_of(create(dismissed)), "not_found");
}

}  // namespace
}  // namespace tillcast::commerce
