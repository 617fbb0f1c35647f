// The seller's sockets: the room of a shop for whoever works in it.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "commerce/json_text.h"
#include "contracts/bva/unit.h"
#include "contracts/native/projection.h"
#include "feed/live_session.h"

namespace tillcast::contracts::bva_unit {

namespace {

using commerce::JsonObject;

constexpr std::string_view kRoomPrefix = "shop_";

std::string text_argument(const realtime::Arguments& sent) {
  const bool is_text = !sent.values.empty() && sent.values[0].is_string();
  return is_text ? std::string(sent.values[0].get_string()) : std::string();
}

/// To whoever waits for the answer, and as an event to whoever does not.
void refuse(realtime::Peer& socket, const std::string& shop, const Problem& problem,
            const realtime::Ack& ack) {
  const std::string body = JsonObject()
                               .boolean("ok", false)
                               .text("shopId", shop)
                               .text("error", problem.detail)
                               .text("code", problem.code)
                               .finish();
  socket.send(native_message("join_error", body));
  ack.send_json("[" + body + "]");
}

void join_shop(realtime::Socket& socket, const std::string& shop, const realtime::Ack& ack) {
  // No id of a shop is a room that nobody may enter.
  const auto room = auth::parse_room("desk:" + shop);
  if (!room) {
    return refuse(socket, shop, {404, "not_found", "There is no such shop.", {}, {}}, ack);
  }
  feed::session_of(socket).join(
      *room, std::nullopt, [peer = socket.ref(), shop, ack](const Outcome<feed::Joined>& joined) {
        if (joined) {
          ack.send_json("[" + JsonObject().boolean("ok", true).text("shopId", shop).finish() + "]");
          return;
        }
        peer.run([shop, ack, problem = joined.error()](realtime::Peer& here) {
          refuse(here, shop, problem, ack);
        });
      });
}

}  // namespace

void serve_live(Port& port) {
  realtime::Namespace& nsp = port.serve_socket_io();
  nsp.on("join_shop",
         [](realtime::Socket& socket, realtime::Arguments& sent, const realtime::Ack& ack) {
           join_shop(socket, text_argument(sent), ack);
         });
  nsp.on("join", [](realtime::Socket& socket, realtime::Arguments& sent, const realtime::Ack& ack) {
    const std::string room = text_argument(sent);
    const bool is_shop = room.starts_with(kRoomPrefix);
    join_shop(socket, is_shop ? room.substr(kRoomPrefix.size()) : std::string(), ack);
  });
}

}  // namespace tillcast::contracts::bva_unit
