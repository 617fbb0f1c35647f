#include "commerce/cart.h"

#include <algorithm>
#include <boost/json/object.hpp>

#include "commerce/body_fields.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/validate.h"

namespace tillcast::commerce {

Outcome<std::vector<ItemLine>> parse_cart(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  BodyFields fields(*parsed);
  std::vector<ItemLine> lines = read_item_lines(fields);
  if (auto problem = fields.finish()) return *std::move(problem);
  return lines;
}

Outcome<RecordImage> get_cart(storage::Queries& queries, const auth::Principal& who) {
  if (!who.signed_in()) return unauthenticated();
  const auto cart = read_record(queries, Kind::kCart, who.user_id);
  if (!cart) return not_found("cart");
  return image_of(*cart);
}

Outcome<RecordImage> put_cart(const Context& context, const std::vector<ItemLine>& items) {
  if (!context.who.signed_in()) return unauthenticated();
  auto cart = read_record(context.transaction, Kind::kCart, context.who.user_id);
  if (!cart) return not_found("cart");
  for (const ItemLine& line : items) {
    const auto product = read_record(context.transaction, Kind::kProduct, line.product_id);
    if (!product || !product->is_public()) return unknown_product(line.product_id);
  }
  return RecordWriter(context.transaction, context.now_ms, context.who.user_id)
      .update(*cart, {{cart::kItems, cart_items_json(items)}});
}

void take_from_cart(RecordWriter& writer, storage::Transaction& transaction,
                    std::string_view user_id, const std::vector<ItemLine>& ordered) {
  auto cart = read_record(transaction, Kind::kCart, user_id);
  if (!cart || cart->text(cart::kItems) == "[]") return;
  std::vector<ItemLine> lines = parse_items_json(cart->text(cart::kItems));
  std::erase_if(lines, [&](const ItemLine& line) {
    return std::any_of(ordered.begin(), ordered.end(), [&](const ItemLine& bought) {
      return bought.product_id == line.product_id;
    });
  });
  writer.update(*cart, {{cart::kItems, cart_items_json(lines)}});
}

}  // namespace tillcast::commerce
