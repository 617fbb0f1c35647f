// `/sync`: what changed, to everybody; and what people of a shop send, to the others of it.
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commerce/problems.h"
#include "commerce/validate.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/seeding/shapes.h"
#include "contracts/seeding/unit.h"
#include "feed/live_session.h"
#include "realtime/shard.h"

namespace tillcast::contracts::seeding_unit {

namespace {

using auth::RoomKind;
using auth::RoomName;

/// Own shops, or all that is public.
std::vector<RoomName> rooms_of(const auth::Principal& who) {
  std::vector<RoomName> rooms;
  for (const auth::Membership& membership : who.shops) {
    rooms.push_back({RoomKind::kShop, membership.shop_id});
    rooms.push_back({RoomKind::kDesk, membership.shop_id});
  }
  if (rooms.empty()) rooms.push_back({RoomKind::kMarket, {}});
  return rooms;
}

/// `connected` says that from here on nothing is missed.
void on_open(realtime::Peer& peer) {
  join_rooms(peer, rooms_of(feed::session_of(peer).who()),
             [](realtime::Peer& here, const std::optional<Problem>&) {
               const std::int64_t now_ms = here.shard().clock().unix_ms();
               here.send({{}, server_message("connected", now_ms).finish()});
             });
}

/// As it was sent, to all who are at the desk of the sender's shop, on every loop. It is written
/// nowhere: whoever is away misses it.
void relay(const Port& port, realtime::Namespace& nsp, realtime::Peer& peer,
           const boost::json::object& message, std::string_view text) {
  const auth::Principal& who = feed::session_of(peer).who();
  if (text_member(message, "type").empty()) {
    return port.refuse(peer, commerce::validation_problem(
                                 {{"type", "required", "Say what it is: {\"type\":\"…\"}."}}));
  }
  const auto shop = shop_for(who, text_member(message, "shop"));
  if (!shop) return port.refuse(peer, shop.error());
  if (!who.is_member(*shop)) {
    return port.refuse(peer, commerce::forbidden("Only the people of this shop hear each other."));
  }
  const realtime::Broadcast others(nsp, RoomName{RoomKind::kDesk, *shop}.to_string(), peer.ref());
  others.publish(std::make_shared<const realtime::Publication>(
      realtime::Publication{.event_json = {}, .text = std::string(text)}));
}

}  // namespace

void serve_live(Port& port) {
  realtime::Namespace& nsp = port.server().of("/");
  port.serve_websocket("/sync", {.on_open = on_open,
                                 .on_message = [&port, &nsp](realtime::Peer& peer,
                                                             const boost::json::object& message,
                                                             std::string_view text) {
                                   relay(port, nsp, peer, message, text);
                                 }});
}

}  // namespace tillcast::contracts::seeding_unit
