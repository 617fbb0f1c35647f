// /api/auth: register, login, logout.
#include "contracts/dialect/accounts.h"
#include "commerce/json_text.h"
#include "contracts/dialect/image.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using commerce::JsonObject;
using commerce::RecordImage;

/// {id, email, name, role, shops: [{id, name}]}.
std::string user_json(Rest::Queries& queries, const auth::Principal& who, const RecordImage& user) {
  const Image image(user);
  return JsonObject()
      .text("id", user.id)
      .text("email", image.text("email"))
      .text("name", image.text("name"))
      .text("role", image.text("role"))
      .raw("shops", shops_json(queries, who))
      .finish();
}

}  // namespace

void add_account_routes(Rest& rest) {
  const TokenBody body = [](auto& queries, const auto& who, const auto& user, const auto& token) {
    return JsonObject().text("token", token).raw("user", user_json(queries, who, user)).finish();
  };
  add_sign_in_routes(rest, "/api/auth", body, R"({"success":true})");
}

void add_routes(Rest& rest) {
  add_account_routes(rest);
  add_product_routes(rest);
  add_order_routes(rest);
  add_basket_routes(rest);
  add_data_routes(rest);
}

}  // namespace tillcast::contracts::izishopin_unit
