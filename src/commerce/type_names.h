// What the schema's kinds and fields are called as types, and which fields a type has: the same in
// JSON Schema and in TypeScript. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "commerce/schema.h"

namespace tillcast::commerce {

/// `stock_entry` as `StockEntry`.
std::string type_name(std::string_view snake_case);
/// The type of an enum field: `ProductStatus`.
std::string enum_name(const KindSpec& kind, const FieldSpec& field);

/// Somebody is shown it.
bool is_shown(const FieldSpec& field);
/// Every record that anybody is shown has it.
bool is_always_there(const KindSpec& kind, const FieldSpec& field);
/// Whom it is kept to, for those who read the type; empty if it is everybody's, or is always there.
std::string_view audience_note(const KindSpec& kind, const FieldSpec& field);

/// People may write it: in a body that creates, in one that patches. What a job's worker reports is
/// a type of its own.
inline bool is_created(const FieldSpec& field) { return field.on_create != Writers::kServer; }
inline bool is_patched(const FieldSpec& field) {
  return field.on_patch != Writers::kServer && field.on_patch != Writers::kJob;
}
bool any_field(const KindSpec& kind, bool (*has)(const FieldSpec&));

}  // namespace tillcast::commerce
