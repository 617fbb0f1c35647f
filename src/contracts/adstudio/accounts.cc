// /auth, /users and /businesses.
#include "commerce/accounts.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/shops.h"
#include "contracts/adstudio/shapes.h"
#include "contracts/adstudio/unit.h"
#include "contracts/dialect/accounts.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"

namespace tillcast::contracts::adstudio_unit {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::JsonObject;
using commerce::Kind;
using commerce::RecordImage;
using commerce::Values;

constexpr FieldName kUserNames[] = {
    {"name", "name"},
    {"phone", "phone", FieldName::Form::kOptionalText},
};
constexpr FieldName kBusinessNames[] = {{"name", "name"}};

/// The shops of the caller and what is in them.
struct Owned {
  std::vector<RecordImage> businesses;
  std::vector<RecordImage> products;
};

/// Up to kListedRecordsMax products.
Owned owned_by(Rest::Queries& queries, const auth::Principal& who) {
  Owned owned;
  for (const auth::Membership& membership : who.shops) {
    if (const auto shop = commerce::get_shop(queries, membership.shop_id)) {
      owned.businesses.push_back(*shop);
    }
    const auto products = all_products(queries, who, {.shop_id = membership.shop_id});
    if (!products) continue;
    owned.products.insert(owned.products.end(), products->begin(), products->end());
    if (owned.products.size() < kListedRecordsMax) continue;
    owned.products.resize(kListedRecordsMax);
  }
  return owned;
}

/// All that a page begins with, so that it fetches nothing else: {user, businesses, products}, with
/// the token if there is one.
std::string bootstrap_json(Rest::Queries& queries, const auth::Principal& who,
                           const RecordImage& user, const std::string& token) {
  const Owned owned = owned_by(queries, who);
  JsonObject json;
  if (!token.empty()) json.text("token", token);
  json.raw("user", user_json(Image(user)))
      .raw("businesses", json_array(owned.businesses, business_json))
      .raw("products", json_array(owned.products, product_json));
  return json.finish();
}

Outcome<Values> changed_user(std::string_view body) {
  return read_values(Kind::kUser, body, kUserNames, BodyMode::kPatch, commerce::Writers::kOwner);
}

Outcome<Values> new_business(std::string_view body) {
  return read_values(Kind::kShop, body, kBusinessNames, BodyMode::kCreate,
                     commerce::Writers::kOwner);
}

}  // namespace

void add_account_routes(Rest& rest) {
  add_sign_in_routes(rest, "/auth", bootstrap_json, R"({"success":true})");
  rest.get("/auth/me", [](auto& queries, auto& who, auto&) -> Outcome<RestAnswer> {
    const auto user = commerce::me(queries, who);
    if (!user) return user.error();
    return RestAnswer{200, bootstrap_json(queries, who, *user, {}), {}, {}};
  });
  rest.write_as(
      "PATCH", "/users/{uid}", answered(200, user_json), changed_user,
      [](const Context& context, const RestRequest& asked, const Values& values) -> Rest::Record {
        if (context.who.signed_in() && context.who.user_id != asked.parameters[0]) {
          return commerce::forbidden("You can change your own profile only.");
        }
        return commerce::patch_me(context, values, {});
      });
  rest.write_as("POST", "/businesses", answered(201, business_json), new_business,
                [](const Context& context, const RestRequest&, const Values& values) {
                  return commerce::create_shop(context, values);
                });
}

}  // namespace tillcast::contracts::adstudio_unit
