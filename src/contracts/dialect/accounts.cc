#include "contracts/dialect/accounts.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/shops.h"
#include "commerce/validate.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/image.h"
#include "contracts/native/rest_sign_in.h"

namespace tillcast::contracts {

namespace {

GrantShape answered_with(const Rest& rest, int status, TokenBody body) {
  return [&rest, status, body = std::move(body)](
             const commerce::Context& context,
             const commerce::SessionGrant& grant) -> Outcome<RestAnswer> {
    const auto who = principal_of(rest, context, grant);
    if (!who) return who.error();
    // None of the guides' clients can get a new token.
    const std::string token =
        commerce::session_token(rest.parts().key, grant, context.now_ms).token;
    RestAnswer answer{status, body(context.transaction, *who, grant.user, token), {}, {}};
    give_cookie(rest, grant, answer);
    return answer;
  };
}

/// The body with only those of its members that the server knows; the old forms send others too.
Outcome<std::string> only(std::string_view body, std::initializer_list<std::string_view> names) {
  auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  boost::json::object kept;
  for (const std::string_view name : names) {
    const boost::json::value* const value = parsed->if_contains(name);
    const bool is_blank = value != nullptr && value->is_string() && value->get_string().empty();
    if (value != nullptr && !is_blank) kept.emplace(name, *value);
  }
  return boost::json::serialize(kept);
}

Outcome<commerce::Registration> read_registration(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  const std::string role = text_member(*parsed, "role");
  if (!role.empty() && role != "customer") {
    return commerce::forbidden("Nobody becomes " + role +
                               " by registering: ask who runs the shop.");
  }
  const auto known = only(body, {"email", "name", "password", "phone"});
  if (!known) return known.error();
  return commerce::parse_registration(*known);
}

Outcome<commerce::SignIn> read_sign_in(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  const std::string id_token = text_member(*parsed, "idToken");
  if (!id_token.empty()) return commerce::SignIn{{}, {}, id_token};
  const auto known = only(body, {"email", "password"});
  if (!known) return known.error();
  return commerce::parse_sign_in(*known);
}

void add_register_route(Rest& rest, const std::string& path, TokenBody body) {
  const GrantShape shape = answered_with(rest, 201, std::move(body));
  rest.route("POST", path, [&rest, shape](const RestRequest& request, const RestReply& reply) {
    const auto registration = read_registration(request.body);
    if (!registration) return reply.send(registration.error());
    sign_up(rest, request, reply, *registration, shape);
  });
}

void add_login_route(Rest& rest, const std::string& path, TokenBody body) {
  const GrantShape shape = answered_with(rest, 200, std::move(body));
  rest.route("POST", path, [&rest, shape](const RestRequest& request, const RestReply& reply) {
    const auto signing_in = read_sign_in(request.body);
    if (!signing_in) return reply.send(signing_in.error());
    sign_in(rest, request, reply, *signing_in, shape);
  });
}

void add_logout_route(Rest& rest, const std::string& path, const std::string& json) {
  rest.route("POST", path, [&rest, json](RestRequest request, RestReply reply) {
    rest.submit(
        std::move(request), std::move(reply),
        [&rest, json](const commerce::Context& context, const RestRequest&) -> Outcome<RestAnswer> {
          const auto done = commerce::log_out(context);
          if (!done) return done.error();
          RestAnswer answer{200, json, {}, {}};
          take_cookie(rest, answer);
          return answer;
        });
  });
}

}  // namespace

void add_sign_in_routes(Rest& rest, const std::string& path, const TokenBody& body,
                        const std::string& logged_out_json) {
  add_register_route(rest, path + "/register", body);
  add_login_route(rest, path + "/login", body);
  add_logout_route(rest, path + "/logout", logged_out_json);
}

std::string shops_json(storage::Queries& queries, const auth::Principal& who) {
  std::string shops = "[";
  for (const auth::Membership& membership : who.shops) {
    const auto shop = commerce::get_shop(queries, membership.shop_id);
    if (!shop) continue;
    if (shops.size() > 1) shops += ',';
    shops += commerce::JsonObject()
                 .text("id", shop->id)
                 .text("name", Image(*shop).text("name"))
                 .finish();
  }
  return shops += ']';
}

}  // namespace tillcast::contracts
