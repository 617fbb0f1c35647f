#include "commerce/typescript.h"

#include <string_view>

#include "commerce/json_shapes.h"
#include "commerce/type_names.h"

namespace tillcast::commerce {
namespace {

constexpr std::string_view kHead =
    R"(// Made from the server's schema: tillcast schema types > packages/client/src/schema.ts
// A field that not everybody may see, or that need not be there, is optional: the server leaves it
// out, it never sends null.

export type Id = string;
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;

export interface RecordBase {
  id: Id;
  version: number;
  created_at: Timestamp;
  updated_at: Timestamp;
}
)";

std::string json_type(const FieldSpec& field) {
  const ShapeSpec* shape = find_shape(field.shape);
  if (shape == nullptr) return "Readonly<Record<string, unknown>>";
  return shape->is_list ? "readonly " + std::string(shape->type_name) + "[]"
                        : std::string(shape->type_name);
}

/// `kind` is null inside a JSON field, where there are no enums.
std::string value_type(const KindSpec* kind, const FieldSpec& field) {
  switch (field.type) {
    case FieldType::kText:
      return field.format == TextFormat::kId ? "Id" : "string";
    case FieldType::kEnum:
      return kind == nullptr ? "string" : enum_name(*kind, field);
    case FieldType::kInteger:
    case FieldType::kHundredths:
      return "number";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kTimestamp:
      return "Timestamp";
    case FieldType::kJson:
      return json_type(field);
  }
  return "unknown";
}

void add_member(std::string& out, std::string_view name, bool optional, const std::string& type) {
  out.append("  ").append(name).append(optional ? "?: " : ": ").append(type) += ";\n";
}

void add_enums(std::string& out, const KindSpec& kind) {
  for (const FieldSpec& field : kind.fields) {
    if (field.type != FieldType::kEnum || !is_shown(field)) continue;
    out.append("\nexport type ").append(enum_name(kind, field)) += " =";
    for (const std::string_view value : field.values) {
      out.append("\n  | '").append(value) += "'";
    }
    out += ";\n";
  }
}

void add_record(std::string& out, const KindSpec& kind) {
  out.append("\nexport interface ").append(type_name(kind.name)) += " extends RecordBase {\n";
  for (const FieldSpec& field : kind.fields.subspan(kCommonFields)) {
    if (!is_shown(field)) continue;
    const std::string_view note = audience_note(kind, field);
    if (!note.empty()) out.append("  /** ").append(note) += " */\n";
    add_member(out, field.name, !is_always_there(kind, field), value_type(&kind, field));
  }
  out += "}\n";
}

void add_bodies(std::string& out, const KindSpec& kind) {
  const std::string name = type_name(kind.name);
  if (any_field(kind, is_created)) {
    out.append("\nexport interface New").append(name) += " {\n";
    for (const FieldSpec& field : kind.fields) {
      if (!is_created(field)) continue;
      add_member(out, field.name, !field.required || field.has_default, value_type(&kind, field));
    }
    out += "}\n";
  }
  if (!any_field(kind, is_patched)) return;
  out.append("\n/** null takes a field away (RFC 7396). */\nexport interface ").append(name) +=
      "Patch {\n";
  for (const FieldSpec& field : kind.fields) {
    if (!is_patched(field)) continue;
    add_member(out, field.name, true, value_type(&kind, field) + (field.required ? "" : " | null"));
  }
  out += "}\n";
}

}  // namespace

std::string typescript_types() {
  std::string out(kHead);
  for (const ShapeSpec& shape : kShapes) {
    out.append("\nexport interface ").append(shape.type_name) += " {\n";
    for (const FieldSpec& field : shape.fields) {
      add_member(out, field.name, !field.required, value_type(nullptr, field));
    }
    out += "}\n";
  }
  for (const KindSpec& kind : all_kinds()) {
    add_enums(out, kind);
    add_record(out, kind);
    add_bodies(out, kind);
  }
  out += "\n/** Every kind that a room can carry, and its record. */\nexport interface Kinds {\n";
  for (const KindSpec& kind : all_kinds()) {
    add_member(out, kind.name, false, type_name(kind.name));
  }
  return out + "}\n\nexport type Kind = keyof Kinds;\n";
}

}  // namespace tillcast::commerce
