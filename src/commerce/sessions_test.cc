#include "commerce/sessions.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "commerce/secrets.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using auth::Credential;
using testing::code_of;
using testing::status_of;

class Sessions : public testing::ShopTest {
 protected:
  Sessions() {
    store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
      key_ = ensure_token_key(context.transaction, store_.random());
      return Done{};
    });
  }

  SessionGrant sign_in(const auth::Principal& who) {
    return store_
        .run(anonymous_,
             [&](const Context& context) { return start_session(context, maker(), who.user_id); })
        .value();
  }
  /// As a read and as commands see it: the latter keep in memory whom they have seen before.
  Outcome<auth::Principal> verify(Credential::Kind kind, const std::string& secret) {
    const auto who = store_.read([&](storage::Queries& queries) {
      return authenticate(queries, {kind, secret}, key_, store_.now_ms);
    });
    for (int i = 0; i < 2; ++i) {
      const auto again = store_.run(anonymous_, [&](const Context& context) {
        return authenticate(context.transaction, {kind, secret}, key_, store_.now_ms);
      });
      EXPECT_EQ(described(again), described(who));
    }
    return who;
  }
  static std::string described(const Outcome<auth::Principal>& who) {
    if (!who) return who.error().code;
    std::string text = who->user_id + ' ' + who->session_id + ' ' +
                       std::to_string(who->expires_at_ms) + ' ' +
                       std::to_string(static_cast<int>(who->role));
    for (const auth::Membership& shop : who->shops) {
      text += ' ' + shop.shop_id + (shop.owner ? " owner" : "");
    }
    return text;
  }
  Outcome<auth::Principal> bearer(const std::string& token) {
    return verify(Credential::Kind::kBearer, token);
  }
  Outcome<auth::Principal> cookie(const std::string& secret) {
    return verify(Credential::Kind::kSessionCookie, secret);
  }
  static bool is_visitor(const Outcome<auth::Principal>& who) {
    return who.has_value() && !who->signed_in();
  }
  Outcome<std::optional<SessionGrant>> refresh(const std::string& token) {
    return store_.run(anonymous_, [&](const Context& context) {
      return refresh_session(context, maker(), token);
    });
  }
  SessionMaker maker() { return {store_.random(), key_}; }

  auth::TokenKey key_;
};

TEST_F(Sessions, are_proved_by_cookie_and_by_access_token) {
  const SessionGrant grant = sign_in(staff_);
  EXPECT_EQ(grant.access.expires_in_s, limits::kAccessTokenTtlMs / 1000);
  EXPECT_EQ(grant.session_expires_in_s, limits::kSessionTtlMs / 1000);
  EXPECT_EQ(grant.user.id, staff_.user_id);
  for (const auto& who : {bearer(grant.access.token), cookie(grant.cookie_secret)}) {
    ASSERT_TRUE(who.has_value());
    EXPECT_EQ(who->user_id, staff_.user_id);
    EXPECT_EQ(who->session_id, grant.session_id);
    EXPECT_EQ(who->role, auth::Role::kCustomer);
    EXPECT_EQ(who->shops, (std::vector<auth::Membership>{{shop_, false}}));
  }
  EXPECT_EQ(bearer(grant.access.token)->expires_at_ms, store_.now_ms + limits::kAccessTokenTtlMs);
  EXPECT_EQ(cookie(grant.cookie_secret)->expires_at_ms, store_.now_ms + limits::kSessionTtlMs);
}

TEST_F(Sessions, are_none_without_a_credential) {
  const auto who = verify(Credential::Kind::kNone, "");
  ASSERT_TRUE(who.has_value());
  EXPECT_FALSE(who->signed_in());
}

TEST_F(Sessions, refuse_a_credential_that_nobody_was_given) {
  const SessionGrant grant = sign_in(buyer_);
  for (const auto& who : {bearer(""), bearer("nonsense"), bearer(grant.cookie_secret),
                          bearer(grant.refresh_token), bearer(grant.access.token + "x")}) {
    EXPECT_EQ(code_of(who), "unauthenticated");
    EXPECT_EQ(status_of(who), 401);
  }
  for (const std::string& dead :
       {std::string(), std::string("nonsense"), grant.access.token, grant.refresh_token}) {
    EXPECT_TRUE(is_visitor(cookie(dead))) << "a dead cookie is a visitor's, not an error";
  }
  const auth::AccessClaims claims{owner_.user_id, grant.session_id, store_.now_ms / 1000,
                                  store_.now_ms / 1000 + 60};
  EXPECT_EQ(code_of(bearer(auth::sign_access_token(key_, claims))), "unauthenticated")
      << "a session is its user's alone";
}

TEST_F(Sessions, end_at_their_time) {
  const SessionGrant grant = sign_in(buyer_);
  EXPECT_TRUE(bearer(grant.access.token)->signed_in());
  store_.now_ms += limits::kAccessTokenTtlMs;
  EXPECT_EQ(code_of(bearer(grant.access.token)), "token_expired");
  EXPECT_EQ(status_of(bearer(grant.access.token)), 401);
  EXPECT_TRUE(cookie(grant.cookie_secret)->signed_in());
  store_.now_ms += limits::kSessionTtlMs;
  EXPECT_TRUE(is_visitor(cookie(grant.cookie_secret)));
  EXPECT_EQ(code_of(refresh(grant.refresh_token)), "token_expired");
}

TEST_F(Sessions, that_were_ended_are_known_no_longer_but_their_old_tokens_are_old) {
  const SessionGrant grant = sign_in(buyer_);
  const auto who = bearer(grant.access.token);
  ASSERT_TRUE(who.has_value());
  store_.run(*who, [](const Context& context) { return log_out(context); });
  EXPECT_EQ(code_of(bearer(grant.access.token)), "unauthenticated");
  store_.now_ms += limits::kAccessTokenTtlMs;
  EXPECT_EQ(code_of(bearer(grant.access.token)), "token_expired");
}

TEST_F(Sessions, keep_no_secret_in_the_database) {
  const SessionGrant grant = sign_in(buyer_);
  for (const std::string& secret : {grant.cookie_secret, grant.refresh_token}) {
    EXPECT_EQ(secret.size(), auth::kSecretLength);
    const std::string where = "SELECT (SELECT count(*) FROM sessions WHERE cookie_hash LIKE '%" +
                              secret + "%') + (SELECT count(*) FROM refresh_tokens WHERE hash = '" +
                              secret + "')";
    EXPECT_EQ(store_.number(where), 0);
  }
}

TEST_F(Sessions, show_what_was_taken_away_since) {
  const SessionGrant grant = sign_in(staff_);
  EXPECT_FALSE(bearer(grant.access.token)->shops.empty());
  ASSERT_TRUE(store_.run(owner_, [&](const Context& context) {
    return remove_member(context, shop_, staff_.user_id);
  }));
  EXPECT_TRUE(bearer(grant.access.token)->shops.empty());
}

TEST_F(Sessions, end_with_logout_for_every_credential_of_theirs) {
  const SessionGrant one = sign_in(buyer_);
  const SessionGrant other = sign_in(buyer_);
  const auth::Principal who = *bearer(one.access.token);
  ASSERT_TRUE(store_.run(who, [](const Context& context) { return log_out(context); }));
  EXPECT_EQ(code_of(bearer(one.access.token)), "unauthenticated");
  EXPECT_TRUE(is_visitor(cookie(one.cookie_secret)));
  EXPECT_EQ(code_of(refresh(one.refresh_token)), "unauthenticated");
  EXPECT_TRUE(cookie(other.cookie_secret)->signed_in());
  EXPECT_EQ(code_of(store_.run(anonymous_, [](const Context& c) { return log_out(c); })),
            "unauthenticated");
}

TEST_F(Sessions, end_everywhere_for_one_user_alone) {
  const SessionGrant one = sign_in(buyer_);
  const SessionGrant other = sign_in(buyer_);
  const SessionGrant foreign = sign_in(buyer2_);
  const auth::Principal who = *bearer(one.access.token);
  ASSERT_TRUE(store_.run(who, [](const Context& c) { return log_out_everywhere(c); }));
  EXPECT_TRUE(is_visitor(cookie(one.cookie_secret)));
  EXPECT_TRUE(is_visitor(cookie(other.cookie_secret)));
  EXPECT_TRUE(cookie(foreign.cookie_secret)->signed_in());
  EXPECT_EQ(code_of(store_.run(anonymous_, [](const Context& c) { return log_out_everywhere(c); })),
            "unauthenticated");
}

TEST_F(Sessions, of_others_end_when_the_password_changes) {
  const SessionGrant mine = sign_in(buyer_);
  const SessionGrant other = sign_in(buyer_);
  const auth::Principal who = *bearer(mine.access.token);
  ASSERT_TRUE(store_.run(who, [](const Context& context) {
    return change_password(context, "$hash-of-buyer", "$new");
  }));
  EXPECT_TRUE(cookie(mine.cookie_secret)->signed_in());
  EXPECT_TRUE(is_visitor(cookie(other.cookie_secret)));
}

TEST_F(Sessions, are_refreshed_once_a_token) {
  const SessionGrant first = sign_in(buyer_);
  store_.now_ms += 1'000;
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second.has_value() && second->has_value());
  EXPECT_EQ((*second)->session_id, first.session_id);
  EXPECT_EQ((*second)->cookie_secret, "");
  EXPECT_NE((*second)->refresh_token, first.refresh_token);
  EXPECT_TRUE(bearer((*second)->access.token).has_value());
  const auto third = refresh((*second)->refresh_token);
  ASSERT_TRUE(third.has_value() && third->has_value());
}

TEST_F(Sessions, end_when_a_refresh_token_is_used_twice) {
  const SessionGrant first = sign_in(buyer_);
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second.has_value() && second->has_value());
  const auto reused = refresh(first.refresh_token);
  ASSERT_TRUE(reused.has_value()) << "it must be committed";
  EXPECT_FALSE(reused->has_value());
  EXPECT_EQ(refresh_reused().status, 401);
  EXPECT_EQ(code_of(bearer((*second)->access.token)), "unauthenticated");
  EXPECT_EQ(code_of(refresh((*second)->refresh_token)), "unauthenticated");
  EXPECT_TRUE(is_visitor(cookie(first.cookie_secret)));
}

TEST_F(Sessions, begin_only_for_a_password_that_matched_the_stored_hash) {
  const StoredPassword stored = store_.read(
      [](storage::Queries& queries) { return find_password(queries, "buyer@example.com"); });
  const auto log_in_with = [&](const StoredPassword& verified, const auth::PasswordCheck& check) {
    return store_.run(anonymous_, [&](const Context& context) {
      return log_in(context, maker(), verified, check);
    });
  };
  EXPECT_EQ(code_of(log_in_with(stored, {.matches = false})), "wrong_password");
  EXPECT_EQ(status_of(log_in_with(stored, {.matches = false})), 401);
  EXPECT_EQ(code_of(log_in_with({}, {.matches = true})), "wrong_password");
  EXPECT_EQ(code_of(log_in_with({stored.user_id, "$older"}, {.matches = true})), "wrong_password");
  const auto grant = log_in_with(stored, {.matches = true, .rehashed = "$better"});
  ASSERT_TRUE(grant.has_value());
  EXPECT_TRUE(cookie(grant->cookie_secret).has_value());
  EXPECT_EQ(store_
                .read([](storage::Queries& queries) {
                  return find_password(queries, "buyer@example.com");
                })
                .hash,
            "$better");
}

TEST_F(Sessions, of_an_unknown_user_do_not_begin) {
  const auto outcome = store_.run(anonymous_, [&](const Context& context) {
    return start_session(context, maker(), "nobody");
  });
  EXPECT_EQ(code_of(outcome), "unauthenticated");
}

TEST_F(Sessions, give_a_new_access_token_no_longer_than_their_credential) {
  const SessionGrant grant = sign_in(buyer_);
  const auto by_cookie = access_token(key_, *cookie(grant.cookie_secret), store_.now_ms);
  EXPECT_EQ(by_cookie.expires_in_s, limits::kAccessTokenTtlMs / 1000);
  EXPECT_TRUE(bearer(by_cookie.token).has_value());
  store_.now_ms += 60'000;
  const auto by_token = access_token(key_, *bearer(grant.access.token), store_.now_ms);
  EXPECT_EQ(by_token.expires_in_s, limits::kAccessTokenTtlMs / 1000 - 60);
}

TEST_F(Sessions, give_a_token_that_is_good_as_long_as_they_are) {
  const SessionGrant grant = sign_in(staff_);
  const AccessToken token = session_token(key_, grant, store_.now_ms);
  EXPECT_EQ(token.expires_in_s, limits::kSessionTtlMs / 1000);
  store_.now_ms += limits::kSessionTtlMs - 1000;
  EXPECT_EQ(bearer(token.token).value().user_id, staff_.user_id);
  store_.run(bearer(token.token).value(), [](const Context& context) { return log_out(context); });
  EXPECT_EQ(status_of(bearer(token.token)), 401);
}

TEST_F(Sessions, tell_the_log_but_no_room_that_they_have_ended) {
  const auto end_in_log = [&] {
    const auto changes = changes_of(kSessionKind);
    return changes.size() == 1 && changes[0].user_id == buyer_.user_id &&
           changes[0].audience == 0 && changes[0].image == "{}";
  };
  const SessionGrant first = sign_in(buyer_);
  EXPECT_TRUE(changes_of(kSessionKind).empty());
  const auth::Principal who = *bearer(first.access.token);
  ASSERT_TRUE(store_.run(who, [](const Context& context) {
    return change_password(context, "$hash-of-buyer", "$new");
  }));
  EXPECT_TRUE(end_in_log());
  ASSERT_TRUE(refresh(first.refresh_token).has_value());
  EXPECT_TRUE(changes_of(kSessionKind).empty());
  ASSERT_TRUE(refresh(first.refresh_token).has_value());
  EXPECT_TRUE(end_in_log()) << "a token was used twice";
  ASSERT_TRUE(store_.run(who, [](const Context& context) { return log_out(context); }));
  EXPECT_TRUE(end_in_log());
  ASSERT_TRUE(store_.run(who, [](const Context& context) { return log_out_everywhere(context); }));
  EXPECT_TRUE(end_in_log());
}

TEST_F(Sessions, that_have_ended_are_pruned) {
  sign_in(buyer_);
  store_.now_ms += limits::kSessionTtlMs;
  sign_in(buyer_);
  ASSERT_TRUE(store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
    prune_sessions(context.transaction, context.now_ms, 100);
    return Done{};
  }));
  EXPECT_EQ(store_.number("SELECT count(*) FROM sessions"), 1);
  EXPECT_EQ(store_.number("SELECT count(*) FROM refresh_tokens"), 1);
}

TEST_F(Sessions, keep_their_key_from_start_to_start) {
  store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
    EXPECT_EQ(ensure_token_key(context.transaction, store_.random()).bytes, key_.bytes);
    return Done{};
  });
  EXPECT_EQ(key_.bytes.size(), auth::kTokenKeyBytes);
}

}  // namespace
}  // namespace tillcast::commerce
