#include "contracts/dialect/cart.h"

#include <string>

#include "commerce/cart.h"
#include "commerce/catalogue.h"
#include "commerce/item_lines.h"
#include "commerce/json_text.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/image.h"

namespace tillcast::contracts {

namespace {

using commerce::JsonObject;
using commerce::RecordImage;

RestAnswer show(Rest::Queries& queries, const auth::Principal& who, const RecordImage& cart,
                std::string_view product_name) {
  std::string items = "[";
  for (const auto& line : commerce::parse_items_json(Image(cart).raw("items", "[]"))) {
    const auto found = commerce::get_product(queries, who, line.product_id);
    if (!found) continue;
    const Image product(*found);
    if (items.size() > 1) items += ',';
    items += JsonObject()
                 .text(product_name, line.product_id)
                 .text("name", product.text("name"))
                 .raw("price", decimal(product.integer("price_minor")))
                 .integer("quantity", line.quantity)
                 .finish();
  }
  items += ']';
  return {200, JsonObject().raw("items", items).finish(), {}, {}};
}

}  // namespace

void add_cart_route(Rest& rest, std::string_view product_name) {
  rest.get("/api/cart", [product_name](auto& queries, auto& who, auto&) -> Outcome<RestAnswer> {
    const auto cart = commerce::get_cart(queries, who);
    if (!cart) return cart.error();
    return show(queries, who, *cart, product_name);
  });
}

Rest::Shape cart_answer(std::string_view product_name) {
  return
      [product_name](const Rest::Context& context, const RecordImage& cart) -> Outcome<RestAnswer> {
        return show(context.transaction, context.who, cart, product_name);
      };
}

}  // namespace tillcast::contracts
