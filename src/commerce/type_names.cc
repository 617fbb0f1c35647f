#include "commerce/type_names.h"

#include <algorithm>

#include "auth/policy.h"

namespace tillcast::commerce {

std::string type_name(std::string_view snake_case) {
  std::string name;
  bool upper = true;
  for (const char c : snake_case) {
    if (c == '_') {
      upper = true;
      continue;
    }
    name += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return name;
}

std::string enum_name(const KindSpec& kind, const FieldSpec& field) {
  return type_name(kind.name) + type_name(field.name);
}

bool is_shown(const FieldSpec& field) { return field.audience != auth::FieldAudience::kNobody; }

bool is_always_there(const KindSpec& kind, const FieldSpec& field) {
  struct Room {
    storage::Audience audience;
    auth::Viewer viewer;
  };
  constexpr Room kRooms[] = {{storage::kPublic, auth::Viewer::kPublic},
                             {storage::kDesk, auth::Viewer::kDesk},
                             {storage::kOwner, auth::Viewer::kOwner},
                             {storage::kAdmin, auth::Viewer::kAdmin}};
  return field.required && std::all_of(std::begin(kRooms), std::end(kRooms), [&](const Room& room) {
           return (kind.audiences & room.audience) == 0 || auth::shows(room.viewer, field.audience);
         });
}

std::string_view audience_note(const KindSpec& kind, const FieldSpec& field) {
  FieldSpec required = field;
  required.required = true;
  if (is_always_there(kind, required)) return {};
  return field.audience == auth::FieldAudience::kShop ? "Only for the shop's people."
                                                      : "Only for its owner and the shop's people.";
}

bool any_field(const KindSpec& kind, bool (*has)(const FieldSpec&)) {
  return std::any_of(kind.fields.begin(), kind.fields.end(), has);
}

}  // namespace tillcast::commerce
