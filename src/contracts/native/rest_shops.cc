// Shops, their people and their figures.
#include "commerce/problems.h"
#include "commerce/shops.h"
#include "commerce/stats.h"
#include "commerce/validate.h"
#include "contracts/native/native_rest.h"

namespace tillcast::contracts {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Kind;
using commerce::Values;
using commerce::Writers;

Outcome<Values> new_shop(std::string_view body) {
  return commerce::validate(Kind::kShop, body, BodyMode::kCreate, Writers::kOwner);
}

Outcome<Values> changed_shop(std::string_view body) {
  return commerce::validate(Kind::kShop, body, BodyMode::kPatch, Writers::kShop);
}

void add_member_routes(Rest& rest) {
  rest.get("/api/v1/shops/{id}/members", [](auto& queries, auto& who, auto& asked) {
    return list_answer(who, commerce::list_members(queries, who, asked.parameters[0]));
  });
  rest.write(
      "POST", "/api/v1/shops/{id}/members", 201, commerce::parse_new_member,
      [](const Context& context, const RestRequest& asked, const commerce::NewMember& member) {
        return commerce::add_member(context, asked.parameters[0], member);
      });
  // Who is taken out stands in the query, `?user=ID`, because a DELETE has no body.
  rest.write("DELETE", "/api/v1/shops/{id}/members", 204, no_body,
             [](const Context& context, const RestRequest& asked, NoBody) -> Rest::Record {
               const std::string user = query_text(asked, "user");
               if (user.empty()) {
                 return Problem{400, "bad_query", "Say whom to remove by ?user=ID.", {}, {}};
               }
               return commerce::remove_member(context, asked.parameters[0], user);
             });
}

}  // namespace

void add_shop_routes(Rest& rest) {
  rest.get_public(
      "/api/v1/shops",
      [](auto& queries, auto& who, auto& asked, auto& made_from) -> Outcome<RestAnswer> {
        const auto page = query_page(asked);
        if (!page) return page.error();
        made_from.add("shop", "");
        return list_answer(who, commerce::list_shops(queries, *page));
      });
  rest.write("POST", "/api/v1/shops", 201, new_shop,
             [](const Context& context, const RestRequest&, const Values& values) {
               return commerce::create_shop(context, values);
             });
  rest.get_public("/api/v1/shops/{id}", [](auto& queries, auto& who, auto& asked, auto& made_from) {
    made_from.add("shop", asked.parameters[0]);
    return record_answer(who, commerce::get_shop(queries, asked.parameters[0]));
  });
  rest.write("PATCH", "/api/v1/shops/{id}", 200, changed_shop,
             [](const Context& context, const RestRequest& asked, const Values& values) {
               return commerce::patch_shop(context, asked.parameters[0], values, asked.if_match);
             });
  rest.get("/api/v1/shops/{id}/stats", [](auto& queries, auto& who, auto& asked) {
    return list_answer(who, commerce::list_stats(queries, who, asked.parameters[0]));
  });
  add_member_routes(rest);
}

}  // namespace tillcast::contracts
