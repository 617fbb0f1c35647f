#include "auth/policy.h"

#include "base/ids.h"

namespace tillcast::auth {
namespace {

struct NamedRoom {
  RoomKind kind;
  std::string_view name;
  bool has_id;
};

constexpr NamedRoom kRooms[] = {{RoomKind::kMarket, "market", false},
                                {RoomKind::kShop, "shop", true},
                                {RoomKind::kDesk, "desk", true},
                                {RoomKind::kUser, "user", true},
                                {RoomKind::kAdmin, "admin", false}};

}  // namespace

std::string RoomName::to_string() const {
  for (const NamedRoom& room : kRooms) {
    if (room.kind != kind) continue;
    std::string text(room.name);
    if (room.has_id) text += ':' + id;
    return text;
  }
  return {};
}

std::optional<RoomName> parse_room(std::string_view text) {
  const auto colon = text.find(':');
  const bool has_id = colon != std::string_view::npos;
  const std::string_view name = text.substr(0, colon);
  const std::string_view id = has_id ? text.substr(colon + 1) : std::string_view{};
  for (const NamedRoom& room : kRooms) {
    if (room.name != name) continue;
    if (room.has_id != has_id || (has_id && !looks_like_id(id))) return std::nullopt;
    return RoomName{room.kind, std::string(id)};
  }
  return std::nullopt;
}

bool may_join(const Principal& principal, const RoomName& room) {
  switch (room.kind) {
    case RoomKind::kMarket:
    case RoomKind::kShop:
      return true;
    case RoomKind::kDesk:
      return may_manage(principal, room.id);
    case RoomKind::kUser:
      // Not even an admin: a cart is for its owner alone.
      return principal.signed_in() && principal.user_id == room.id;
    case RoomKind::kAdmin:
      return principal.is_admin();
  }
  return false;
}

bool is_public(const RoomName& room) { return may_join({}, room); }

bool may_manage(const Principal& principal, std::string_view shop_id) {
  return principal.is_admin() || principal.is_member(shop_id);
}

bool shows(Viewer viewer, FieldAudience audience) {
  switch (audience) {
    case FieldAudience::kEveryone:
      return true;
    case FieldAudience::kOwner:
      return viewer != Viewer::kPublic;
    case FieldAudience::kShop:
      return viewer == Viewer::kDesk || viewer == Viewer::kAdmin;
    case FieldAudience::kNobody:
      return false;
  }
  return false;
}

Viewer viewer_of(RoomKind kind) {
  switch (kind) {
    case RoomKind::kMarket:
    case RoomKind::kShop:
      return Viewer::kPublic;
    case RoomKind::kDesk:
      return Viewer::kDesk;
    case RoomKind::kUser:
      return Viewer::kOwner;
    case RoomKind::kAdmin:
      return Viewer::kAdmin;
  }
  return Viewer::kPublic;
}

}  // namespace tillcast::auth
