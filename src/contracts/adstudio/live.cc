// The studio's sockets: nobody without a token, and everybody in the rooms that are theirs.
#include "commerce/json_text.h"
#include "contracts/adstudio/unit.h"

namespace tillcast::contracts::adstudio_unit {

std::vector<auth::RoomName> own_rooms(const auth::Principal& who) {
  std::vector<auth::RoomName> rooms = {{auth::RoomKind::kUser, who.user_id}};
  for (const auth::Membership& membership : who.shops) {
    rooms.push_back({auth::RoomKind::kDesk, membership.shop_id});
  }
  return rooms;
}

void serve_live(Port& port) {
  port.serve_socket_io(realtime::ConnectError{
      "Authentication required", commerce::JsonObject().text("code", "unauthenticated").finish()});
}

}  // namespace tillcast::contracts::adstudio_unit
