// Accounts and sessions. Passwords are hashed and compared on their own thread, so these routes go
// from thread to thread: body on the loop, stored hash on a reader, comparison on the password
// thread, session on the commit thread.
#include <memory>

#include "commerce/accounts.h"
#include "commerce/json_text.h"
#include "commerce/outside_accounts.h"
#include "commerce/problems.h"
#include "commerce/sessions.h"
#include "commerce/shops.h"
#include "commerce/validate.h"
#include "contracts/native/native_rest.h"

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
  if (!grant.cookie_secret.empty()) {
    const bool secure = rest.parts().secure_cookies;
    answer.headers.emplace_back(
        "Set-Cookie", session_cookie(grant.cookie_secret, grant.session_expires_in_s, secure));
  }
  return answer;
}

/// A credential that has ended must not keep anybody from signing in anew.
RestRequest without_credential(RestRequest request) {
  request.credential = {};
  return request;
}

void create_account(Rest& rest, const RestRequest& request, const RestReply& reply,
                    const commerce::Values& fields, const std::string& hash) {
  rest.submit(
      request, reply,
      [&rest, fields, hash](const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
        const auto user = commerce::register_account(context, fields, hash);
        if (!user) return user.error();
        const RestParts& parts = rest.parts();
        const auto grant = commerce::start_session(context, {parts.random, parts.key}, user->id);
        if (!grant) return grant.error();
        return grant_answer(rest, *grant, 201);
      });
}

void register_account(Rest& rest, const RestRequest& asked, const RestReply& reply) {
  const auto parsed = commerce::parse_registration(asked.body);
  if (!parsed) return reply.send(parsed.error());
  const RestRequest request = without_credential(asked);
  rest.parts().passwords.hash(parsed->password, [&rest, request, reply, fields = parsed->fields](
                                                    Outcome<std::string> hash) {
    if (!hash) return reply.send(hash.error());
    create_account(rest, request, reply, fields, *hash);
  });
}

void start_session(Rest& rest, const RestRequest& request, const RestReply& reply,
                   const commerce::StoredPassword& stored, const auth::PasswordCheck& check) {
  rest.submit(
      request, reply,
      [&rest, stored, check](const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
        const RestParts& parts = rest.parts();
        const auto grant = commerce::log_in(context, {parts.random, parts.key}, stored, check);
        if (!grant) return grant.error();
        return grant_answer(rest, *grant, 200);
      });
}

void log_in_outside(Rest& rest, const RestRequest& request, const RestReply& reply,
                    const std::string& id_token) {
  if (rest.parts().outside == nullptr) {
    return reply.send(Problem{422, "no_issuers",
                              "This server takes no tokens of others: give email and password."});
  }
  rest.parts().outside->verify(id_token, [&rest, request, reply](auto identity) {
    if (!identity) return reply.send(identity.error());
    rest.submit(request, reply,
                [&rest, identity = *std::move(identity)](
                    const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
                  const RestParts& parts = rest.parts();
                  const auto grant =
                      commerce::sign_in_outside(context, {parts.random, parts.key}, identity);
                  if (!grant) return grant.error();
                  return grant_answer(rest, *grant, 200);
                });
  });
}

void log_in(Rest& rest, const RestRequest& asked, const RestReply& reply) {
  const auto parsed = commerce::parse_sign_in(asked.body);
  if (!parsed) return reply.send(parsed.error());
  const RestRequest request = without_credential(asked);
  if (!parsed->id_token.empty()) return log_in_outside(rest, request, reply, parsed->id_token);
  rest.read_then<commerce::StoredPassword>(
      request, reply,
      [email = parsed->email](Queries& queries, const Principal&) {
        return Outcome<commerce::StoredPassword>(commerce::find_password(queries, email));
      },
      [&rest, request, reply, password = parsed->password](const commerce::StoredPassword& stored) {
        // Whether it matches is judged on the commit thread, where the account is read again.
        rest.parts().passwords.verify(password, stored.hash,
                                      [&rest, request, reply, stored](auto check) {
                                        if (!check) return reply.send(check.error());
                                        start_session(rest, request, reply, stored, *check);
                                      });
      });
}

void change_password(Rest& rest, const RestRequest& request, const RestReply& reply) {
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
      [&passwords, reply, hash_new,
       password = parsed->current_password](const commerce::StoredPassword& stored) {
        passwords.verify(password, stored.hash, [reply, hash_new, stored](auto check) {
          if (!check) return reply.send(check.error());
          if (!check->matches) return reply.send(commerce::wrong_password());
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
                  answer.headers.emplace_back("Set-Cookie",
                                              session_cookie("", 0, rest.parts().secure_cookies));
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
