// `/ws`: whoever is not signed in gets public products; the others subscribe to topics.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/time_text.h"
#include "commerce/validate.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/izishopin/unit.h"
#include "feed/live_session.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

namespace json = boost::json;
using auth::RoomKind;
using auth::RoomName;
using commerce::JsonObject;
using Topics = std::vector<std::string>;

Outcome<Topics> topics_of(const json::object& message) {
  const json::value* const member = message.if_contains("topics");
  const json::array* const list = member == nullptr ? nullptr : member->if_array();
  Topics topics;
  for (const json::value& value : list == nullptr ? json::array() : *list) {
    const std::string topic(value.is_string() ? value.get_string() : json::string());
    if (std::find(std::begin(kTopics), std::end(kTopics), topic) == std::end(kTopics)) {
      topics.clear();
      break;
    }
    if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
  }
  if (!topics.empty()) return topics;
  return commerce::validation_problem(
      {{"topics", "value", "Give a list of some of dashboard, orders, products, notifications."}});
}

std::string answer(std::string_view type, const Topics& topics) {
  std::string list = "[";
  for (const std::string& topic : topics) {
    if (list.size() > 1) list += ',';
    list.append("\"").append(topic).append("\"");
  }
  list += ']';
  return JsonObject().text("type", type).raw("topics", list).finish();
}

bool wants_products(const Topics& topics) {
  return std::find(topics.begin(), topics.end(), "products") != topics.end();
}

/// The desks of the caller's shops, or that of the shop that they name and work in. Whoever works
/// in none, or names another shop, gets its public products.
std::vector<RoomName> rooms_of(const auth::Principal& who, const std::string& shop,
                               const Topics& topics) {
  std::vector<RoomName> rooms;
  if (shop.empty()) {
    rooms = desks_of(who);
  } else if (who.is_admin() || who.is_member(shop)) {
    rooms.push_back({RoomKind::kDesk, shop});
  }
  if (rooms.empty() && wants_products(topics)) {
    if (shop.empty()) {
      rooms.push_back({RoomKind::kMarket, {}});
    } else {
      rooms.push_back({RoomKind::kShop, shop});
    }
  }
  rooms.push_back({RoomKind::kUser, who.user_id});
  return rooms;
}

void subscribe(const Port& port, realtime::Peer& peer, const json::object& message) {
  const auto topics = topics_of(message);
  if (!topics) return port.refuse(peer, topics.error());
  const std::string shop = text_member(message, "shop_id");
  if (!shop.empty() && !auth::parse_room("shop:" + shop)) {
    return port.refuse(peer, commerce::not_found("shop"));
  }
  join_rooms(peer, rooms_of(feed::session_of(peer).who(), shop, *topics),
             [&port, topics = *topics](realtime::Peer& here, const auto& refused) {
               if (refused) return port.refuse(here, *refused);
               for (const std::string& topic : topics) {
                 here.leave(room_without(topic));
                 here.join(room_with(topic));
               }
               here.send({{}, answer("subscribed", topics)});
             });
}

/// Public rooms are followed for products alone, and are left with them.
void leave_public_rooms(realtime::Peer& peer) {
  for (const std::string& name : peer.rooms()) {
    const auto room = auth::parse_room(name);
    if (!room || (room->kind != RoomKind::kMarket && room->kind != RoomKind::kShop)) continue;
    feed::session_of(peer).leave(*room, [](const Outcome<RoomName>&) {});
  }
}

void unsubscribe(const Port& port, realtime::Peer& peer, const json::object& message) {
  const auto topics = topics_of(message);
  if (!topics) return port.refuse(peer, topics.error());
  for (const std::string& topic : *topics) {
    peer.leave(room_with(topic));
    peer.join(room_without(topic));
  }
  if (wants_products(*topics)) leave_public_rooms(peer);
  peer.send({{}, answer("unsubscribed", *topics)});
}

void on_open(realtime::Peer& peer) {
  for (const std::string_view topic : kTopics) peer.join(room_without(topic));
  if (feed::session_of(peer).who().signed_in()) return;
  feed::session_of(peer).join({RoomKind::kMarket, {}}, std::nullopt,
                              [](const Outcome<feed::Joined>&) {});
}

void on_message(const Port& port, realtime::Peer& peer, const json::object& message) {
  const std::string type = text_member(message, "type");
  if (type == "subscribe") return subscribe(port, peer, message);
  if (type == "unsubscribe") return unsubscribe(port, peer, message);
  if (type == "ping") {
    const std::string now = commerce::rfc3339(peer.shard().clock().unix_ms());
    return peer.send({{}, JsonObject().text("type", "pong").text("timestamp", now).finish()});
  }
  port.refuse(peer, {400, "unknown_type", "Send subscribe, unsubscribe or ping.", {}, {}});
}

}  // namespace

void serve_live(Port& port) {
  port.serve_websocket(
      "/ws", {.on_open = on_open,
              .on_message = [&port](realtime::Peer& peer, const json::object& message,
                                    std::string_view) { on_message(port, peer, message); }});
}

}  // namespace tillcast::contracts::izishopin_unit
