#include "commerce/outside_accounts.h"

#include <gtest/gtest.h>

#include "commerce/secrets.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;

class OutsideAccounts : public testing::ShopTest {
 protected:
  OutsideAccounts() {
    store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
      key_ = ensure_token_key(context.transaction, store_.random());
      return Done{};
    });
  }
  Outcome<SessionGrant> sign_in(const auth::OutsideIdentity& identity) {
    return store_.run(anonymous_, [&](const Context& context) {
      return sign_in_outside(context, {store_.random(), key_}, identity);
    });
  }
  /// Who the session's cookie proves now.
  auth::Principal who(const SessionGrant& grant) {
    return *store_.read([&](storage::Queries& queries) {
      return authenticate(queries, {auth::Credential::Kind::kSessionCookie, grant.cookie_secret},
                          key_, store_.now_ms);
    });
  }
  static auth::OutsideIdentity ada() {
    auth::OutsideIdentity identity;
    identity.issuer = "https://login.example";
    identity.subject = "ada";
    identity.verified_email = "Ada@Login.example";
    identity.name = "Ada";
    return identity;
  }

  auth::TokenKey key_;
};

TEST_F(OutsideAccounts, are_made_once_and_found_again_under_another_address) {
  const auto first = sign_in(ada());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(json_member(first->user.json, "email"), "ada@login.example");
  EXPECT_EQ(json_member(first->user.json, "role"), "customer");
  EXPECT_EQ(first->session_expires_in_s, kOutsideSessionTtlMs / 1000);
  auth::OutsideIdentity moved = ada();
  moved.verified_email = "ada@elsewhere.example";
  EXPECT_EQ(sign_in(moved)->user.id, first->user.id);
  auth::OutsideIdentity other = ada();
  other.issuer = "https://other.example";
  EXPECT_EQ(code_of(sign_in(other)), "email_taken") << "a subject is its issuer's alone";
}

TEST_F(OutsideAccounts, a_name_that_the_schema_would_refuse_becomes_the_address) {
  int count = 0;
  for (const std::string& name :
       {std::string(), std::string("  "), std::string(101, 'a'), std::string("a\x01")}) {
    const std::string local = "n" + std::to_string(++count);
    auth::OutsideIdentity identity = ada();
    identity.subject = local;
    identity.name = name;
    identity.verified_email = local + "@login.example";
    const auto grant = sign_in(identity);
    ASSERT_TRUE(grant.has_value());
    EXPECT_EQ(json_member(grant->user.json, "name"), local);
  }
}

TEST_F(OutsideAccounts, do_not_take_an_account_over_unless_that_is_configured) {
  auth::OutsideIdentity identity = ada();
  identity.verified_email = "buyer@example.com";
  EXPECT_EQ(code_of(sign_in(identity)), "email_taken");
  EXPECT_EQ(store_.number("SELECT count(*) FROM outside_identities"), 0);
  const auto passwords = store_.number("SELECT count(*) FROM password_hashes");
  identity.links_by_email = true;
  const auto linked = sign_in(identity);
  ASSERT_TRUE(linked.has_value());
  EXPECT_EQ(linked->user.id, buyer_.user_id);
  EXPECT_EQ(store_.number("SELECT count(*) FROM password_hashes"), passwords - 1);
  EXPECT_EQ(changes_of("session").size(), 1U) << "live connections of the old password must end";
  EXPECT_EQ(store_.number("SELECT count(*) FROM sessions"), 1);
}

TEST_F(OutsideAccounts, without_a_verified_address_are_not_made) {
  auth::OutsideIdentity identity = ada();
  identity.verified_email.clear();
  EXPECT_EQ(code_of(sign_in(identity)), "email_unverified");
}

TEST_F(OutsideAccounts, take_and_lose_shops_but_keep_what_an_owner_gave_by_hand) {
  auth::OutsideIdentity identity = ada();
  identity.links_by_email = true;
  identity.verified_email = "staff@example.com";
  identity.shops = {{shop_, other_shop_, "shop_of_nobody", other_shop_}};
  const auto grant = sign_in(identity);
  ASSERT_TRUE(grant.has_value());
  EXPECT_TRUE(who(*grant).is_member(shop_));
  EXPECT_TRUE(who(*grant).is_member(other_shop_));
  EXPECT_FALSE(who(*grant).is_owner(other_shop_));

  identity.shops = std::vector<std::string>{};
  ASSERT_TRUE(sign_in(identity).has_value());
  EXPECT_TRUE(who(*grant).is_member(shop_)) << "the shop's owner gave that";
  EXPECT_FALSE(who(*grant).is_member(other_shop_));
}

TEST_F(OutsideAccounts, never_lose_a_shop_that_became_theirs) {
  auth::OutsideIdentity identity = ada();
  identity.links_by_email = true;
  identity.verified_email = "owner@example.com";
  identity.shops = {{shop_}};
  const auto grant = sign_in(identity);
  identity.shops = std::vector<std::string>{};
  ASSERT_TRUE(sign_in(identity).has_value());
  EXPECT_TRUE(who(*grant).is_owner(shop_));
}

TEST_F(OutsideAccounts, have_the_role_that_the_issuer_says_or_keep_theirs) {
  auth::OutsideIdentity identity = ada();
  identity.role = auth::Role::kSeller;
  const auto grant = sign_in(identity);
  EXPECT_EQ(who(*grant).role, auth::Role::kSeller);
  identity.role.reset();
  ASSERT_TRUE(sign_in(identity).has_value());
  EXPECT_EQ(who(*grant).role, auth::Role::kSeller);
  identity.role = auth::Role::kCustomer;
  ASSERT_TRUE(sign_in(identity).has_value());
  EXPECT_EQ(who(*grant).role, auth::Role::kCustomer);
}

}  // namespace
}  // namespace tillcast::commerce
