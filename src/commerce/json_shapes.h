// What is inside the JSON fields of the schema, as fields in their turn: what is written of them in
// OpenAPI and in TypeScript follows from here. Constants; any thread.
#pragma once

#include <span>
#include <string_view>

#include "commerce/schema_table.h"

namespace tillcast::commerce {

struct ShapeSpec {
  JsonShape shape;
  /// Of the object, or of one of the list's.
  std::string_view type_name;
  bool is_list;
  std::span<const FieldSpec> fields;
};

namespace schema {

inline constexpr FieldSpec kColourFields[] = {
    {.name = "primary", .required = true, .min = 7, .max = 7},
    {.name = "accent", .required = true, .min = 7, .max = 7},
    {.name = "background", .required = true, .min = 7, .max = 7},
};
inline constexpr FieldSpec kProductIdField =
    reference("product_id", true, FieldAudience::kEveryone, false);
inline constexpr FieldSpec kQuantityField{
    .name = "quantity", .type = kInteger, .required = true, .min = 1, .max = limits::kQuantityMax};
inline constexpr FieldSpec kCartItemFields[] = {kProductIdField, kQuantityField};
inline constexpr FieldSpec kWishlistItemFields[] = {kProductIdField};
inline constexpr FieldSpec kOrderItemFields[] = {
    kProductIdField,
    {.name = "name", .required = true, .min = 1, .max = 200},
    kQuantityField,
    {.name = "price_minor", .type = kInteger, .required = true, .max = limits::kPriceMinorMax},
};
/// Where to bring an order to, as its buyer writes it: lines, and no form that not every country
/// has.
inline constexpr std::int64_t kAddressBytesMax = 500;
inline constexpr FieldSpec kCustomerFields[] = {
    {.name = "name", .required = true, .min = 1, .max = 100},
    {.name = "email", .required = true, .min = 3, .max = 254, .format = TextFormat::kEmail},
    {.name = "phone", .min = 3, .max = 40},
    {.name = "address", .min = 1, .max = kAddressBytesMax},
};

}  // namespace schema

inline constexpr ShapeSpec kShapes[] = {
    {JsonShape::kColours, "Colours", false, schema::kColourFields},
    {JsonShape::kCartItems, "CartItem", true, schema::kCartItemFields},
    {JsonShape::kWishlistItems, "WishlistItem", true, schema::kWishlistItemFields},
    {JsonShape::kOrderItems, "OrderItem", true, schema::kOrderItemFields},
    {JsonShape::kCustomer, "Customer", false, schema::kCustomerFields},
};

/// Null for a shape without fixed members.
constexpr const ShapeSpec* find_shape(JsonShape shape) {
  for (const ShapeSpec& each : kShapes) {
    if (each.shape == shape) return &each;
  }
  return nullptr;
}

}  // namespace tillcast::commerce
