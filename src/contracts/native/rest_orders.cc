// The cart, the wishlist, orders, and notifications.
#include "commerce/cart.h"
#include "commerce/notifications.h"
#include "commerce/orders.h"
#include "commerce/validate.h"
#include "commerce/wishlist.h"
#include "contracts/native/native_rest.h"

namespace tillcast::contracts {

namespace {

using commerce::BodyMode;
using commerce::Context;
using commerce::Kind;
using commerce::Values;
using commerce::Writers;

Outcome<Values> changed_order(std::string_view body) {
  return commerce::validate(Kind::kOrder, body, BodyMode::kPatch, Writers::kOwnerAndShop);
}

Outcome<Values> changed_notification(std::string_view body) {
  return commerce::validate(Kind::kNotification, body, BodyMode::kPatch, Writers::kOwnerAndShop);
}

void add_notification_routes(Rest& rest) {
  rest.get("/api/v1/notifications",
           [](auto& queries, auto& who, auto& asked) -> Outcome<RestAnswer> {
             const auto page = query_page(asked);
             if (!page) return page.error();
             return list_answer(who, commerce::list_notifications(queries, who, *page));
           });
  rest.write("PATCH", "/api/v1/notifications/{id}", 200, changed_notification,
             [](const Context& context, const RestRequest& asked, const Values& values) {
               return commerce::patch_notification(context, asked.parameters[0], values,
                                                   asked.if_match);
             });
}

void add_wishlist_routes(Rest& rest) {
  rest.get("/api/v1/wishlist", [](auto& queries, auto& who, auto&) {
    return record_answer(who, commerce::get_wishlist(queries, who));
  });
  rest.get("/api/v1/wishlist/{product}", [](auto& queries, auto& who, auto& asked) {
    return record_answer(who, commerce::get_wished_product(queries, who, asked.parameters[0]));
  });
  rest.write("PUT", "/api/v1/wishlist/{product}", 200, no_body,
             [](const Context& context, const RestRequest& asked, NoBody) {
               return commerce::add_to_wishlist(context, asked.parameters[0]);
             });
  rest.write("DELETE", "/api/v1/wishlist/{product}", 200, no_body,
             [](const Context& context, const RestRequest& asked, NoBody) {
               return commerce::remove_from_wishlist(context, asked.parameters[0]);
             });
}

}  // namespace

void add_order_routes(Rest& rest) {
  rest.get("/api/v1/cart", [](auto& queries, auto& who, auto&) {
    return record_answer(who, commerce::get_cart(queries, who));
  });
  rest.write(
      "PUT", "/api/v1/cart", 200, commerce::parse_cart,
      [](const Context& context, const RestRequest&, const std::vector<commerce::ItemLine>& items) {
        return commerce::put_cart(context, items);
      });
  rest.write("POST", "/api/v1/orders", 201, commerce::parse_order,
             [](const Context& context, const RestRequest&, const commerce::OrderRequest& order) {
               return commerce::place_order(context, order);
             });
  rest.get("/api/v1/orders", [](auto& queries, auto& who, auto& asked) -> Outcome<RestAnswer> {
    const auto page = query_page(asked);
    if (!page) return page.error();
    const commerce::OrderQuery query{query_text(asked, "shop"), query_text(asked, "status"), *page};
    return list_answer(who, commerce::list_orders(queries, who, query));
  });
  rest.get("/api/v1/orders/{id}", [](auto& queries, auto& who, auto& asked) {
    return record_answer(who, commerce::get_order(queries, who, asked.parameters[0]));
  });
  rest.write("PATCH", "/api/v1/orders/{id}", 200, changed_order,
             [](const Context& context, const RestRequest& asked, const Values& values) {
               return commerce::patch_order(context, asked.parameters[0], values, asked.if_match);
             });
  add_wishlist_routes(rest);
  add_notification_routes(rest);
}

}  // namespace tillcast::contracts
