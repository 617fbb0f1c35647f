// /api: sign-in and the lists that are polled while a socket is down.
#include "commerce/json_text.h"
#include "commerce/reviews.h"
#include "contracts/dialect/accounts.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/seeding/shapes.h"
#include "contracts/seeding/unit.h"

namespace tillcast::contracts::seeding_unit {

namespace {

using commerce::JsonObject;

Outcome<RestAnswer> list_products(Rest::Queries& queries, const auth::Principal& who,
                                  const RestRequest& asked) {
  commerce::ProductQuery query;
  query.shop_id = shop_listed(who, query_text(asked, "shop"));
  query.category = query_text(asked, "category");
  return list_answer(all_products(queries, who, query), product_json);
}

Outcome<RestAnswer> list_reviews(Rest::Queries& queries, const auth::Principal& who,
                                 const RestRequest& asked) {
  const std::string shop = shop_listed(who, query_text(asked, "shop"));
  const auto reviews = read_all([&](const commerce::PageRequest& page) {
    return commerce::list_all_reviews(queries, who, shop, page);
  });
  return list_answer(reviews, review_json);
}

void add_account_routes(Rest& rest) {
  const TokenBody body = [](const auto&, const auto&, const auto& user, const auto& token) {
    const Image image(user);
    return JsonObject()
        .boolean("success", true)
        .text("token", token)
        .raw("user", JsonObject()
                         .text("id", user.id)
                         .text("email", image.text("email"))
                         .text("name", image.text("name"))
                         .text("role", image.text("role"))
                         .finish())
        .finish();
  };
  add_sign_in_routes(rest, "/api/auth", body, R"({"success":true})");
}

}  // namespace

void add_routes(Rest& rest) {
  add_account_routes(rest);
  rest.get("/api/products", list_products);
  rest.get("/api/reviews", list_reviews);
  add_seed_routes(rest);
}

}  // namespace tillcast::contracts::seeding_unit
