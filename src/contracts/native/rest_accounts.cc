// Accounts and sessions. Passwords are hashed and compared on their own thread, so these routes go
// from thread to thread (rest_sign_in.h).
#include <memory>

#include "commerce/accounts.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/sessions.h"
#include "commerce/shops.h"
#include "commerce/validate.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_sign_in.h"

namespace tillcast::contracts {

namespace {

using auth::Principal;
using commerce::Context;
using commerce::SessionGrant;
using storage::Queries;

/// {user, access_token, refresh_token, expires_in_s}, and the cookie where the session is new.
RestAnswer grant_answer(const Rest& rest, const SessionGrant& grant, int status) {
  const Principal own{grant.user.id, grant.session_id, {}, {}, 0};
  commerce::JsonObject body;
  body.raw("user", render_own(own, grant.user)).text("access_token", grant.access.token);
  if (!grant.refresh_token.empty()) body.text("refresh_token", grant.refresh_token);
  body.integer("expires_in_s", grant.access.expires_in_s);
  RestAnswer answer{status, body.finish(), {}};
  give_cookie(rest, grant, answer);
  return answer;
}

GrantShape answered_by(const Rest& rest, int status) {
  return [&rest, status](const Context&, const SessionGrant& grant) {
    return grant_answer(rest, grant, status);
  };
}

void register_account(Rest& rest, const RestRequest& request, const RestReply& reply) {
  const auto parsed = commerce::parse_registration(request.body);
  if (!parsed) return reply.send(parsed.error());
  sign_up(rest, request, reply, *parsed, answered_by(rest, 201));
}

void log_in(Rest& rest, const RestRequest& request, const RestReply& reply) {
  const auto parsed = commerce::parse_sign_in(request.body);
  if (!parsed) return reply.send(parsed.error());
  sign_in(rest, request, reply, *parsed, answered_by(rest, 200));
}

void change_password(Rest& rest, const RestRequest& request, const RestReply& reply) {
  if (auto refusal = too_many_sign_ins(rest, request)) return reply.send(*std::move(refusal));
  auto parsed = commerce::parse_password_change(request.body);
  if (!parsed) return reply.send(parsed.error());
  auto& passwords = rest.parts().passwords;
  const auto commit = [&rest, request, reply](const std::string& verified,
                                              const std::string& hash) {
    rest.submit(
        request, reply,
        [verified, hash](const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
          const auto done = commerce::change_password(context, verified, hash);
          if (!done) return done.error();
          return no_content();
        });
  };
  const auto hash_new = [&passwords, reply, commit,
                         password = parsed->new_password](const std::string& verified) {
    passwords.hash(password, [reply, commit, verified](Outcome<std::string> hash) {
      if (!hash) return reply.send(hash.error());
      commit(verified, *hash);
    });
  };
  rest.read_then<commerce::StoredPassword>(
      request, reply,
      [](Queries& queries, const Principal& who) -> Outcome<commerce::StoredPassword> {
        if (!who.signed_in()) return commerce::unauthenticated();
        return commerce::find_password_of_user(queries, who.user_id);
      },
      [&rest, request, reply, hash_new,
       password = parsed->current_password](const commerce::StoredPassword& stored) {
        // Who has a session of theirs open must not find out the password by it.
        check_password(rest, reply, auth::sign_in_key(stored.user_id, request.address, {}),
                       password, stored.hash,
                       [reply, hash_new, stored](const auth::PasswordCheck& check) {
                         if (!check.matches) return reply.send(commerce::wrong_password());
                         hash_new(stored.hash);
                       });
      });
}

/// {refresh_token?}: empty if the session of the cookie is meant.
Outcome<std::string> refresh_token_of(std::string_view body) {
  if (body.empty()) return std::string();
  const auto object = commerce::parse_object(body);
  if (!object) return object.error();
  const auto* token = object->if_contains("refresh_token");
  if (token == nullptr) return std::string();
  if (!token->is_string()) {
    return commerce::validation_problem({{"refresh_token", "type", "Must be a text."}});
  }
  return std::string(token->get_string());
}

/// A used refresh token ends its session, and that must be committed, so it is a success of the
/// command and a refusal to the caller.
void rotate_refresh_token(Rest& rest, const RestRequest& request, const RestReply& reply,
                          const std::string& token) {
  rest.submit(
      without_credential(request), reply,
      [&rest, token](const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
        const RestParts& parts = rest.parts();
        const auto grant = commerce::refresh_session(context, {parts.random, parts.key}, token);
        if (!grant) return grant.error();
        if (!*grant) return problem_answer(commerce::refresh_reused());
        return grant_answer(rest, **grant, 200);
      });
}

void refresh(Rest& rest, const RestRequest& request, const RestReply& reply) {
  const auto token = refresh_token_of(request.body);
  if (!token) return reply.send(token.error());
  if (!token->empty()) return rotate_refresh_token(rest, request, reply, *token);
  rest.read(
      request, reply,
      [&rest](Queries& queries, const Principal& who, const RestRequest&) -> Outcome<RestAnswer> {
        const auto user = commerce::me(queries, who);
        if (!user) return user.error();
        const RestParts& parts = rest.parts();
        return grant_answer(rest,
                            {*user,
                             who.session_id,
                             commerce::access_token(parts.key, who, parts.clock.unix_ms()),
                             {},
                             {},
                             0},
                            200);
      });
}

/// Ends sessions by `end` and takes the cookie away.
void add_log_out(Rest& rest, std::string_view path,
                 Outcome<commerce::Done> (*end)(const Context& context)) {
  rest.route("POST", path, [&rest, end](RestRequest request, RestReply reply) {
    rest.submit(std::move(request), std::move(reply),
                [&rest, end](const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
                  const auto done = end(context);
                  if (!done) return done.error();
                  RestAnswer answer = no_content();
                  take_cookie(rest, answer);
                  return answer;
                });
  });
}

/// {user, shops:[{shop_id, role, shop}]}.
Outcome<RestAnswer> me(Queries& queries, const Principal& who, const RestRequest&) {
  const auto user = commerce::me(queries, who);
  if (!user) return user.error();
  std::string shops = "[";
  for (const auth::Membership& membership : who.shops) {
    const auto shop = commerce::get_shop(queries, membership.shop_id);
    if (!shop) continue;
    if (shops.size() > 1) shops += ',';
    shops += commerce::JsonObject()
                 .text("shop_id", membership.shop_id)
                 .text("role", membership.owner ? "owner" : "staff")
                 .raw("shop", render_own(who, *shop))
                 .finish();
  }
  shops += ']';
  return RestAnswer{
      200,
      commerce::JsonObject().raw("user", render_own(who, *user)).raw("shops", shops).finish(),
      {}};
}

}  // namespace

void add_account_routes(Rest& rest) {
  const auto add = [&rest](std::string_view path,
                           void (*handler)(Rest&, const RestRequest&, const RestReply&)) {
    rest.route("POST", path, [&rest, handler](const RestRequest& request, const RestReply& reply) {
      handler(rest, request, reply);
    });
  };
  add("/api/v1/auth/register", register_account);
  add("/api/v1/auth/login", log_in);
  add("/api/v1/auth/refresh", refresh);
  add("/api/v1/auth/password", change_password);
  add_log_out(rest, "/api/v1/auth/logout", commerce::log_out);
  add_log_out(rest, "/api/v1/auth/logout-all", commerce::log_out_everywhere);
  rest.get("/api/v1/me", me);
  rest.write(
      "PATCH", "/api/v1/me", 200,
      [](std::string_view body) {
        return commerce::validate(commerce::Kind::kUser, body, commerce::BodyMode::kPatch,
                                  commerce::Writers::kOwner);
      },
      [](const Context& context, const RestRequest& asked, const commerce::Values& values) {
        return commerce::patch_me(context, values, asked.if_match);
      });
}

}  // namespace tillcast::contracts
