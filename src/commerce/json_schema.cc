#include "commerce/json_schema.h"

#include <boost/json/array.hpp>
#include <string>

#include "commerce/json_shapes.h"
#include "commerce/type_names.h"

namespace tillcast::commerce {
namespace {

using boost::json::array;
using boost::json::object;

object reference_to(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

/// Bounds are in bytes, and JSON Schema counts characters: a text within ours is within these.
object text_schema(const FieldSpec& field) {
  object schema{{"type", "string"}};
  switch (field.format) {
    case TextFormat::kAny:
      break;
    case TextFormat::kEmail:
      schema["format"] = "email";
      break;
    case TextFormat::kSlug:
      schema["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$";
      break;
    case TextFormat::kCurrency:
      schema["pattern"] = "^[A-Z]{3}$";
      break;
    case TextFormat::kUrl:
      schema["format"] = "uri-reference";
      break;
    case TextFormat::kId:
      schema["pattern"] = "^[0-9A-Za-z_-]{1,64}$";
      return schema;
  }
  if (field.min > 0) schema["minLength"] = 1;
  if (field.max != std::numeric_limits<std::int64_t>::max()) schema["maxLength"] = field.max;
  return schema;
}

object integer_schema(const FieldSpec& field) {
  object schema{{"type", "integer"}, {"minimum", field.min}};
  if (field.max != std::numeric_limits<std::int64_t>::max()) schema["maximum"] = field.max;
  return schema;
}

object enum_schema(const FieldSpec& field) {
  array values;
  for (const std::string_view value : field.values) values.emplace_back(value);
  return {{"type", "string"}, {"enum", std::move(values)}};
}

object json_schema(const FieldSpec& field) {
  const ShapeSpec* shape = find_shape(field.shape);
  if (shape == nullptr) return {{"type", "object"}};
  if (!shape->is_list) return reference_to(shape->type_name);
  return {{"type", "array"}, {"items", reference_to(shape->type_name)}};
}

object value_schema(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::kText:
      return text_schema(field);
    case FieldType::kInteger:
      return integer_schema(field);
    case FieldType::kBoolean:
      return {{"type", "boolean"}};
    case FieldType::kJson:
      return json_schema(field);
    case FieldType::kEnum:
      return enum_schema(field);
    case FieldType::kTimestamp:
      return {{"type", "string"}, {"format", "date-time"}};
    case FieldType::kHundredths:
      return {{"type", "number"},
              {"minimum", static_cast<double>(field.min) / 100},
              {"maximum", static_cast<double>(field.max) / 100}};
  }
  return {};
}

/// An object of these members; nothing else may be in it if `closed`.
object object_schema(object properties, array required, bool closed) {
  object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  if (closed) schema["additionalProperties"] = false;
  return schema;
}

object record_schema(const KindSpec& kind) {
  object properties;
  array required;
  for (const FieldSpec& field : kind.fields) {
    if (!is_shown(field)) continue;
    object schema = value_schema(field);
    const std::string_view note = audience_note(kind, field);
    if (!note.empty()) schema["description"] = note;
    properties[field.name] = std::move(schema);
    if (is_always_there(kind, field)) required.emplace_back(field.name);
  }
  return object_schema(std::move(properties), std::move(required), false);
}

object creation_schema(const KindSpec& kind) {
  object properties;
  array required;
  for (const FieldSpec& field : kind.fields) {
    if (!is_created(field)) continue;
    properties[field.name] = value_schema(field);
    if (field.required && !field.has_default) required.emplace_back(field.name);
  }
  return object_schema(std::move(properties), std::move(required), true);
}

/// Null takes a field away that need not be there (RFC 7396).
object patch_schema(const KindSpec& kind) {
  object properties;
  for (const FieldSpec& field : kind.fields) {
    if (!is_patched(field)) continue;
    object schema = value_schema(field);
    if (!field.required) schema = {{"oneOf", array{schema, object{{"type", "null"}}}}};
    properties[field.name] = std::move(schema);
  }
  return object_schema(std::move(properties), {}, true);
}

}  // namespace

void add_record_schemas(object& schemas) {
  for (const KindSpec& kind : all_kinds()) {
    const std::string name = type_name(kind.name);
    schemas[name] = record_schema(kind);
    if (any_field(kind, is_created)) schemas["New" + name] = creation_schema(kind);
    if (any_field(kind, is_patched)) schemas[name + "Patch"] = patch_schema(kind);
  }
  for (const ShapeSpec& shape : kShapes) {
    object properties;
    array required;
    for (const FieldSpec& field : shape.fields) {
      properties[field.name] = value_schema(field);
      if (field.required) required.emplace_back(field.name);
    }
    schemas[shape.type_name] = object_schema(std::move(properties), std::move(required), true);
  }
}

}  // namespace tillcast::commerce
