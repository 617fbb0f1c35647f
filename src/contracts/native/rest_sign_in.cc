#include "contracts/native/rest_sign_in.h"

#include <string>
#include <utility>

#include "base/random.h"
#include "commerce/outside_accounts.h"

namespace tillcast::contracts {

namespace {

using auth::Principal;
using commerce::Context;
using storage::Queries;

/// From now on the browser is known to have signed in to this account.
Outcome<RestAnswer> with_device(const Rest& rest, const RestRequest& request,
                                const std::string& user_id, Outcome<RestAnswer> answer) {
  const RestParts& parts = rest.parts();
  if (!answer || !auth::device_of(parts.key, user_id, request.device).empty()) return answer;
  const std::string device = random_token(parts.random, auth::kSecretLength);
  const std::string cookie = auth::device_cookie(parts.key, user_id, device);
  answer->headers.emplace_back("Set-Cookie", device_cookie_header(cookie, parts.secure_cookies));
  return answer;
}

void create_account(Rest& rest, const RestRequest& request, const RestReply& reply,
                    const commerce::Values& fields, const std::string& hash,
                    const GrantShape& shape) {
  rest.submit(
      request, reply,
      [&rest, fields, hash, shape](const Context& context,
                                   const RestRequest& asked) -> Outcome<RestAnswer> {
        const auto user = commerce::register_account(context, fields, hash);
        if (!user) return user.error();
        const RestParts& parts = rest.parts();
        const auto grant = commerce::start_session(context, {parts.random, parts.key}, user->id);
        if (!grant) return grant.error();
        return with_device(rest, asked, user->id, shape(context, *grant));
      });
}

void start_session(Rest& rest, const RestRequest& request, const RestReply& reply,
                   const commerce::StoredPassword& stored, const auth::PasswordCheck& check,
                   const GrantShape& shape) {
  rest.submit(
      request, reply,
      [&rest, stored, check, shape](const Context& context,
                                    const RestRequest& asked) -> Outcome<RestAnswer> {
        const RestParts& parts = rest.parts();
        const auto grant = commerce::log_in(context, {parts.random, parts.key}, stored, check);
        if (!grant) return grant.error();
        return with_device(rest, asked, stored.user_id, shape(context, *grant));
      });
}

void sign_in_outside(Rest& rest, const RestRequest& request, const RestReply& reply,
                     const std::string& id_token, const GrantShape& shape) {
  if (rest.parts().outside == nullptr) {
    return reply.send(Problem{422, "no_issuers",
                              "This server takes no tokens of others: give email and password."});
  }
  rest.parts().outside->verify(id_token, [&rest, request, reply, shape](auto identity) {
    if (!identity) return reply.send(identity.error());
    rest.submit(request, reply,
                [&rest, identity = *std::move(identity), shape](
                    const Context& context, const RestRequest&) -> Outcome<RestAnswer> {
                  const RestParts& parts = rest.parts();
                  const auto grant =
                      commerce::sign_in_outside(context, {parts.random, parts.key}, identity);
                  if (!grant) return grant.error();
                  return shape(context, *grant);
                });
  });
}

}  // namespace

RestRequest without_credential(RestRequest request) {
  request.credential = {};
  return request;
}

Outcome<auth::Principal> principal_of(const Rest& rest, const Context& context,
                                      const commerce::SessionGrant& grant) {
  return commerce::authenticate(context.transaction,
                                {auth::Credential::Kind::kBearer, grant.access.token},
                                rest.parts().key, context.now_ms);
}

void give_cookie(const Rest& rest, const commerce::SessionGrant& grant, RestAnswer& answer) {
  if (grant.cookie_secret.empty()) return;
  answer.headers.emplace_back(
      "Set-Cookie",
      session_cookie(grant.cookie_secret, grant.session_expires_in_s, rest.parts().secure_cookies));
}

void take_cookie(const Rest& rest, RestAnswer& answer) {
  answer.headers.emplace_back("Set-Cookie", session_cookie("", 0, rest.parts().secure_cookies));
}

std::optional<Problem> too_many_sign_ins(const Rest& rest, const RestRequest& request) {
  const RestParts& parts = rest.parts();
  return parts.limits.by_address(request.address, parts.clock.steady_ms());
}

void check_password(Rest& rest, const RestReply& reply, const std::string& guess_key,
                    const std::string& password, const std::string& hash,
                    std::function<void(const auth::PasswordCheck&)> next) {
  RequestLimits& limits = rest.parts().limits;
  auto refusal = limits.by_guesses(guess_key, rest.parts().clock.steady_ms());
  if (refusal) return reply.send(*std::move(refusal));
  rest.parts().passwords.verify(
      password, hash,
      [&guard = limits.sign_ins(), reply, guess_key, next = std::move(next)](auto check) {
        if (!check) {
          guard.withdraw(guess_key);
          return reply.send(check.error());
        }
        if (check->matches) guard.succeeded(guess_key);
        next(*check);
      });
}

void sign_up(Rest& rest, const RestRequest& asked, const RestReply& reply,
             const commerce::Registration& registration, GrantShape shape) {
  if (auto refusal = too_many_sign_ins(rest, asked)) return reply.send(*std::move(refusal));
  const RestRequest request = without_credential(asked);
  rest.parts().passwords.hash(registration.password,
                              [&rest, request, reply, fields = registration.fields,
                               shape = std::move(shape)](Outcome<std::string> hash) {
                                if (!hash) return reply.send(hash.error());
                                create_account(rest, request, reply, fields, *hash, shape);
                              });
}

void sign_in(Rest& rest, const RestRequest& asked, const RestReply& reply,
             const commerce::SignIn& signing_in, GrantShape shape) {
  if (auto refusal = too_many_sign_ins(rest, asked)) return reply.send(*std::move(refusal));
  const RestRequest request = without_credential(asked);
  if (!signing_in.id_token.empty()) {
    return sign_in_outside(rest, request, reply, signing_in.id_token, shape);
  }
  rest.read_then<commerce::StoredPassword>(
      request, reply,
      [email = signing_in.email](Queries& queries, const Principal&) {
        return Outcome<commerce::StoredPassword>(commerce::find_password(queries, email));
      },
      [&rest, request, reply, signing_in,
       shape = std::move(shape)](const commerce::StoredPassword& stored) {
        const std::string device =
            auth::device_of(rest.parts().key, stored.user_id, request.device);
        // Whether it matches is judged on the commit thread, where the account is read again.
        check_password(rest, reply, auth::sign_in_key(signing_in.email, request.address, device),
                       signing_in.password, stored.hash,
                       [&rest, request, reply, stored, shape](const auth::PasswordCheck& check) {
                         start_session(rest, request, reply, stored, check, shape);
                       });
      });
}

}  // namespace tillcast::contracts
