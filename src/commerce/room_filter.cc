#include "commerce/room_filter.h"

namespace tillcast::commerce {

storage::RoomFilter room_filter(const auth::RoomName& room) {
  switch (room.kind) {
    case auth::RoomKind::kMarket:
    case auth::RoomKind::kShop:
      return {storage::kPublic, room.id};
    case auth::RoomKind::kDesk:
      return {storage::kDesk, room.id};
    case auth::RoomKind::kUser:
      return {storage::kOwner, room.id};
    case auth::RoomKind::kAdmin:
      break;
  }
  return {storage::kAdmin, {}};
}

}  // namespace tillcast::commerce
