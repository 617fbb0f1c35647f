// /api/auth: register, login, me, logout.
#include "commerce/accounts.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/accounts.h"

namespace tillcast::contracts::bakery_unit {

void add_account_routes(Rest& rest) {
  const TokenBody body = [](const auto&, const auto& who, const auto& user, const auto& token) {
    return commerce::JsonObject()
        .text("token", token)
        .raw("user", user_json(Image(user), who))
        .finish();
  };
  add_sign_in_routes(rest, "/api/auth", body, R"({"message":"Signed out"})");
  rest.get("/api/auth/me", [](auto& queries, auto& who, auto&) -> Outcome<RestAnswer> {
    const auto user = commerce::me(queries, who);
    if (!user) return user.error();
    return RestAnswer{200, user_json(Image(*user), who), {}, {}};
  });
}

}  // namespace tillcast::contracts::bakery_unit
