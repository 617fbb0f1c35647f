// The policy: who may enter which room, and who is shown which field. Pure functions of verified
// values; there is no other place that decides either. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"

namespace tillcast::auth {

enum class RoomKind : std::uint8_t { kMarket, kShop, kDesk, kUser, kAdmin };

/// A room: `market`, `shop:{id}`, `desk:{id}`, `user:{id}`, `admin`.
struct RoomName {
  RoomKind kind = RoomKind::kMarket;
  /// The shop's or the user's id; empty for `market` and `admin`.
  std::string id{};

  friend bool operator==(const RoomName&, const RoomName&) = default;
  [[nodiscard]] std::string to_string() const;
};

/// Nothing for a text that is not exactly a room's name. Says nothing about whether the shop
/// exists.
std::optional<RoomName> parse_room(std::string_view text);

bool may_join(const Principal& principal, const RoomName& room);
/// Whether everybody may be in it.
bool is_public(const RoomName& room);

/// May act for the shop: its members and admins.
bool may_manage(const Principal& principal, std::string_view shop_id);

/// Who a field is for.
enum class FieldAudience : std::uint8_t {
  kEveryone,
  /// The record's owner and the shop's people.
  kOwner,
  /// The shop's people alone.
  kShop,
  kNobody,
};

/// Whose eyes a record is rendered for.
enum class Viewer : std::uint8_t { kPublic, kOwner, kDesk, kAdmin };

/// The one table of fields and viewers.
bool shows(Viewer viewer, FieldAudience audience);

/// Whose eyes a room's records are rendered for.
Viewer viewer_of(RoomKind kind);

}  // namespace tillcast::auth
