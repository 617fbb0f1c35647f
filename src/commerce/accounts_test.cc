#include "commerce/accounts.h"

#include <gtest/gtest.h>

#include "commerce/cart.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::status_of;

class Accounts : public testing::ShopTest {
 protected:
  Outcome<RecordImage> register_as(const std::string& email) {
    const Values fields = {{user::kEmail, email}, {user::kName, std::string("Ann")}};
    return store_.run(anonymous_, [&](const Context& context) {
      return register_account(context, fields, "$hash");
    });
  }
  StoredPassword password_of(const std::string& email) {
    return store_.read([&](storage::Queries& queries) { return find_password(queries, email); });
  }
};

TEST_F(Accounts, are_registered_as_customers_with_a_cart) {
  const auto user = register_as("ann@example.com");
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(testing::json_member(user->json, "role"), "customer");
  EXPECT_EQ(user->json.find("hash"), std::string::npos);
  EXPECT_EQ(store_.changes().size(), 2U) << "user and cart";
  EXPECT_EQ(store_.changes()[0].by, user->id);
  const auth::Principal ann{.user_id = user->id};
  const auto cart = store_.read([&](storage::Queries& queries) { return get_cart(queries, ann); });
  EXPECT_EQ(testing::json_member(cart->json, "items"), "[]");
}

TEST_F(Accounts, have_one_email_address_each) {
  ASSERT_TRUE(register_as("ann@example.com").has_value());
  const auto again = register_as("ann@example.com");
  EXPECT_EQ(code_of(again), "email_taken");
  EXPECT_EQ(status_of(again), 409);
  EXPECT_TRUE(store_.changes().empty());
}

TEST_F(Accounts, are_found_by_their_address_in_any_case) {
  const auto user = register_as("ann@example.com");
  EXPECT_EQ(password_of(" ANN@example.com ").user_id, user->id);
  EXPECT_EQ(password_of("ann@example.com").hash, "$hash");
  EXPECT_EQ(password_of("nobody@example.com").user_id, "");
  EXPECT_EQ(password_of("nobody@example.com").hash, "");
}

TEST_F(Accounts, without_a_password_match_no_password) {
  const Values fields = {{user::kEmail, std::string("x@example.com")},
                         {user::kName, std::string("X")}};
  store_
      .run(anonymous_,
           [&](const Context& context) -> Outcome<RecordImage> {
             RecordWriter writer(context.transaction, context.now_ms, {});
             return insert_account(writer, context.transaction, "usr_x", fields,
                                   auth::Role::kCustomer, {});
           })
      .value();
  EXPECT_EQ(password_of("x@example.com").user_id, "usr_x");
  EXPECT_EQ(password_of("x@example.com").hash, "");
}

TEST_F(Accounts, change_their_own_profile) {
  const Values values = values_of(Kind::kUser, R"({"name":"Bea","phone":"+49 1"})",
                                  BodyMode::kPatch, Writers::kOwner);
  const auto user =
      store_.run(buyer_, [&](const Context& context) { return patch_me(context, values, {}); });
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->id, buyer_.user_id);
  EXPECT_EQ(code_of(store_.run(
                buyer_, [&](const Context& context) { return patch_me(context, values, 1); })),
            "version_conflict");
  const auto me_now = store_.read([&](storage::Queries& queries) { return me(queries, buyer_); });
  EXPECT_EQ(testing::json_member(me_now->json, "phone"), "+49 1");
  EXPECT_EQ(code_of(store_.run(
                anonymous_, [&](const Context& context) { return patch_me(context, values, {}); })),
            "unauthenticated");
  EXPECT_EQ(
      status_of(store_.read([&](storage::Queries& queries) { return me(queries, anonymous_); })),
      401);
}

TEST_F(Accounts, change_their_password_only_from_the_one_that_was_verified) {
  const auto change = [&](const std::string& verified) {
    return store_.run(
        buyer_, [&](const Context& context) { return change_password(context, verified, "$new"); });
  };
  EXPECT_EQ(code_of(change("$stale")), "wrong_password");
  EXPECT_TRUE(change("$hash-of-buyer").has_value());
  EXPECT_EQ(password_of("buyer@example.com").hash, "$new");
  EXPECT_EQ(password_of("buyer2@example.com").hash, "$hash-of-buyer2");
  EXPECT_EQ(code_of(store_.run(
                anonymous_,
                [&](const Context& context) { return change_password(context, "$hash", "$new"); })),
            "unauthenticated");
}

TEST(HasAnyUser, is_false_for_an_empty_database_alone) {
  testing::Store store;
  const auto any = [&] { return store.read([](storage::Queries& q) { return has_any_user(q); }); };
  EXPECT_FALSE(any());
  const Values fields = {{user::kEmail, std::string("a@b")}, {user::kName, std::string("A")}};
  const auth::Principal nobody;
  store.run(nobody, [&](const Context& context) { return register_account(context, fields, "$h"); })
      .value();
  EXPECT_TRUE(any());
}

TEST(ParseRegistration, takes_the_password_apart_from_the_record) {
  const auto good =
      parse_registration(R"({"email":"A@b.c","name":"Ann","password":"12345678","phone":"123"})");
  ASSERT_TRUE(good.has_value());
  EXPECT_EQ(good->password, "12345678");
  EXPECT_EQ(text_of(good->fields, user::kEmail), "a@b.c");
  const auto bad = parse_registration(R"({"email":"no","password":"short","role":"admin"})");
  ASSERT_TRUE(bad.has_error());
  std::string fields;
  const Problem problem = bad.error();
  for (const FieldError& error : problem.fields) fields += error.field + " ";
  EXPECT_EQ(fields, "password email role name ");
  EXPECT_EQ(code_of(parse_registration("[]")), "bad_json");
}

TEST(ParseSignIn, refuses_what_is_missing_or_too_long) {
  EXPECT_EQ(parse_sign_in(R"({"email":" A@B.c","password":"x"})")->email, "a@b.c");
  EXPECT_EQ(code_of(parse_sign_in(R"({"email":"a@b.c"})")), "validation_failed");
  EXPECT_EQ(code_of(parse_sign_in(R"({"email":1,"password":"x"})")), "validation_failed");
  EXPECT_EQ(
      code_of(parse_sign_in(R"({"email":"a@b.c","password":")" + std::string(201, 'x') + R"("})")),
      "validation_failed");
}

TEST(ParsePasswordChange, demands_a_long_enough_new_one) {
  EXPECT_TRUE(
      parse_password_change(R"({"current_password":"x","new_password":"12345678"})").has_value());
  EXPECT_EQ(code_of(parse_password_change(R"({"current_password":"x","new_password":"1234567"})")),
            "validation_failed");
}

}  // namespace
}  // namespace tillcast::commerce
