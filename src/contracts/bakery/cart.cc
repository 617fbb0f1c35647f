// /api/cart.
#include "commerce/cart.h"

#include <algorithm>

#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/cart.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using commerce::Context;
using commerce::ItemLine;

Outcome<ItemLine> line_of(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  return read_item(*parsed, kProductId);
}

/// The caller's cart after `change` of its lines.
Rest::Record changed_cart(const Context& context,
                          const std::function<void(std::vector<ItemLine>&)>& change) {
  const auto cart = commerce::get_cart(context.transaction, context.who);
  if (!cart) return cart.error();
  auto lines = commerce::parse_items_json(Image(*cart).raw("items", "[]"));
  change(lines);
  return commerce::put_cart(context, lines);
}

void remove_line(std::vector<ItemLine>& lines, std::string_view product_id) {
  std::erase_if(lines, [&](const ItemLine& line) { return line.product_id == product_id; });
}

/// What is there already comes on top.
Rest::Record add_line(const Context& context, const RestRequest&, const ItemLine& added) {
  return changed_cart(context, [&](std::vector<ItemLine>& lines) {
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const ItemLine& line) {
      return line.product_id == added.product_id;
    });
    if (same == lines.end()) {
      lines.push_back(added);
    } else {
      same->quantity = std::min(same->quantity + added.quantity, limits::kQuantityMax);
    }
  });
}

}  // namespace

void add_cart_routes(Rest& rest) {
  const Rest::Shape answered = cart_answer(kProductId);
  add_cart_route(rest, kProductId);
  rest.write_as("POST", "/api/cart", answered, line_of, add_line);
  rest.write_as("DELETE", "/api/cart/{productId}", answered, no_body,
                [](const Context& context, const RestRequest& asked, NoBody) {
                  return changed_cart(context, [&](std::vector<ItemLine>& lines) {
                    remove_line(lines, asked.parameters[0]);
                  });
                });
  rest.write_as("DELETE", "/api/cart", answered, no_body,
                [](const Context& context, const RestRequest&, NoBody) {
                  return commerce::put_cart(context, {});
                });
}

}  // namespace tillcast::contracts::bakery_unit
