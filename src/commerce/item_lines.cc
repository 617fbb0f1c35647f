#include "commerce/item_lines.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/ids.h"
#include "base/limits.h"
#include "commerce/body_fields.h"
#include "commerce/json_text.h"

namespace tillcast::commerce {
namespace {

constexpr std::string_view kItems = "items";

ItemLine* find_line(std::vector<ItemLine>& lines, std::string_view product_id) {
  const auto line = std::find_if(lines.begin(), lines.end(), [&](const ItemLine& each) {
    return each.product_id == product_id;
  });
  return line == lines.end() ? nullptr : &*line;
}

/// One line of a body; false if it is none.
bool read_line(const boost::json::value& value, ItemLine& line) {
  const auto* object = value.if_object();
  if (object == nullptr || object->size() != 2) return false;
  const auto* product = object->if_contains("product");
  const auto* quantity = object->if_contains("quantity");
  if (product == nullptr || !product->is_string() || quantity == nullptr || !quantity->is_int64()) {
    return false;
  }
  line = {std::string(product->get_string()), quantity->get_int64()};
  return looks_like_id(line.product_id) && line.quantity >= 1 &&
         line.quantity <= limits::kQuantityMax;
}

}  // namespace

std::vector<ItemLine> read_item_lines(BodyFields& fields) {
  std::vector<ItemLine> lines;
  const boost::json::array* items =
      fields.array(kItems, static_cast<std::size_t>(limits::kOrderItemsMax));
  if (items == nullptr) return lines;
  for (std::size_t i = 0; i < items->size(); ++i) {
    ItemLine line;
    const std::string name = "items[" + std::to_string(i) + "]";
    if (!read_line((*items)[i], line)) {
      fields.refuse(name, "format",
                    R"(Give {"product": an id, "quantity": a whole number from 1 to )" +
                        std::to_string(limits::kQuantityMax) + "}.");
      continue;
    }
    if (ItemLine* same = find_line(lines, line.product_id)) {
      same->quantity += line.quantity;
      if (same->quantity > limits::kQuantityMax) {
        fields.refuse(name, "too_large",
                      "Give at most " + std::to_string(limits::kQuantityMax) +
                          " of one product in all lines together.");
      }
    } else {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

std::string cart_items_json(const std::vector<ItemLine>& lines) {
  std::string json = "[";
  for (const ItemLine& line : lines) {
    if (json.size() > 1) json += ',';
    json += JsonObject()
                .text("product_id", line.product_id)
                .integer("quantity", line.quantity)
                .finish();
  }
  return json += ']';
}

std::vector<ItemLine> parse_items_json(std::string_view json) {
  std::vector<ItemLine> lines;
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(json, error);
  if (error || !parsed.is_array()) return lines;
  for (const boost::json::value& item : parsed.get_array()) {
    const auto* object = item.if_object();
    const auto* product = object == nullptr ? nullptr : object->if_contains("product_id");
    const auto* quantity = object == nullptr ? nullptr : object->if_contains("quantity");
    if (product == nullptr || !product->is_string() || quantity == nullptr ||
        !quantity->is_int64()) {
      return {};
    }
    lines.push_back({std::string(product->get_string()), quantity->get_int64()});
  }
  return lines;
}

}  // namespace tillcast::commerce
