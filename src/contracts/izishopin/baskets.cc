// /api/cart and /api/wishlist.
#include <boost/json/array.hpp>

#include "commerce/cart.h"
#include "commerce/catalogue.h"
#include "commerce/json_text.h"
#include "commerce/wishlist.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/cart.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using commerce::Context;
using commerce::ItemLine;
using commerce::JsonObject;
using commerce::RecordImage;

/// {items: [product]}; products that are gone are left out.
std::string wishlist_json(storage::Queries& queries, const auth::Principal& who,
                          const RecordImage& wishlist) {
  std::string items = "[";
  for (const Image& item : Image(wishlist).list("items")) {
    const auto product = commerce::get_product(queries, who, item.text("product_id"));
    if (!product) continue;
    if (items.size() > 1) items += ',';
    items += product_json(Image(*product));
  }
  items += ']';
  return JsonObject().raw("items", items).finish();
}

/// {items: [{product_id, quantity}]}, which may be none.
Outcome<std::vector<ItemLine>> new_cart(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  const auto* items = parsed->if_contains("items");
  if (items != nullptr && items->is_array() && items->get_array().empty()) {
    return std::vector<ItemLine>();
  }
  return read_items(*parsed, kProductId);
}

/// {product_id}.
Outcome<std::string> wished(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  std::string product = text_member(*parsed, "product_id");
  if (!product.empty()) return product;
  return commerce::validation_problem({{"product_id", "required", "Say which product."}});
}

Outcome<RestAnswer> wishlist_answer(const Context& context, const RecordImage& wishlist) {
  return RestAnswer{200, wishlist_json(context.transaction, context.who, wishlist), {}, {}};
}

}  // namespace

void add_basket_routes(Rest& rest) {
  add_cart_route(rest, kProductId);
  rest.write_as("PUT", "/api/cart", cart_answer(kProductId), new_cart,
                [](const Context& context, const RestRequest&, const std::vector<ItemLine>& lines) {
                  return commerce::put_cart(context, lines);
                });
  rest.get("/api/wishlist", [](auto& queries, auto& who, auto&) -> Outcome<RestAnswer> {
    const auto wishlist = commerce::get_wishlist(queries, who);
    if (!wishlist) return wishlist.error();
    return RestAnswer{200, wishlist_json(queries, who, *wishlist), {}, {}};
  });
  rest.write_as("PUT", "/api/wishlist", wishlist_answer, wished,
                [](const Context& context, const RestRequest&, const std::string& product) {
                  return commerce::add_to_wishlist(context, product);
                });
  rest.write_as("DELETE", "/api/wishlist/{productId}", wishlist_answer, no_body,
                [](const Context& context, const RestRequest& asked, NoBody) {
                  return commerce::remove_from_wishlist(context, asked.parameters[0]);
                });
}

}  // namespace tillcast::contracts::izishopin_unit
