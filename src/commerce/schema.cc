#include "commerce/schema.h"

#include "commerce/schema_table.h"

namespace tillcast::commerce {

const KindSpec& spec(Kind kind) { return schema::kKinds[static_cast<std::size_t>(kind)]; }

const KindSpec* find_kind(std::string_view name) {
  for (const KindSpec& kind : schema::kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::span<const KindSpec> all_kinds() { return schema::kKinds; }

FieldIndex find_field(const KindSpec& kind, std::string_view name) {
  return schema::index_of(kind.fields, name);
}

}  // namespace tillcast::commerce
