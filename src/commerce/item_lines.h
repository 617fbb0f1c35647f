// Lines of products and quantities: in request bodies, and as the JSON that carts and orders keep.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tillcast::commerce {

class BodyFields;

/// So many of one product: a line of a cart or of an order request.
struct ItemLine {
  std::string product_id{};
  std::int64_t quantity = 0;

  friend bool operator==(const ItemLine&, const ItemLine&) = default;
};

/// The body's member `items`: [{product, quantity}], at most limits::kOrderItemsMax lines of 1 to
/// limits::kQuantityMax. Lines of the same product are added up, in the order of their first.
/// `fields` gets what is wrong.
std::vector<ItemLine> read_item_lines(BodyFields& fields);

/// [{"product_id":…,"quantity":…}]: what a cart keeps.
std::string cart_items_json(const std::vector<ItemLine>& lines);
/// The lines of a cart's or an order's items; other members of them are skipped. Empty for a text
/// that neither wrote.
std::vector<ItemLine> parse_items_json(std::string_view json);

}  // namespace tillcast::commerce
