// The bakery's sockets: product events for everybody, and by `user_role` what the session may see.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "commerce/json_text.h"
#include "commerce/time_text.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/native/projection.h"
#include "feed/live_session.h"

namespace tillcast::contracts::bakery_unit {

namespace {

using commerce::JsonObject;
using feed::LiveSession;

std::string text_argument(const realtime::Arguments& sent, std::size_t index) {
  const bool is_text = sent.values.size() > index && sent.values[index].is_string();
  return is_text ? std::string(sent.values[index].get_string()) : std::string();
}

/// Shown by the page as one of its notifications, by the handler of the role that it believes in.
void refuse(realtime::Socket& socket, std::string_view role, const realtime::Ack& ack,
            std::int64_t now_ms) {
  constexpr std::string_view kMessage =
      "You are not signed in as this user and role: sign in again.";
  const std::string data = JsonObject().text("code", "forbidden").finish();
  socket.send(native_message(role == "admin" ? "admin_notification" : "customer_notification",
                             notice(commerce::rfc3339(now_ms), kMessage, "error", data)));
  ack.send_json("[" + JsonObject().raw("ok", "false").text("error", kMessage).finish() + "]");
}

/// `user_role` (role, userId): joins `admin` or `customer`, and `user_{id}`. Both are believed only
/// if they are what the session is.
void on_user_role(realtime::Socket& socket, realtime::Arguments& sent, const realtime::Ack& ack) {
  LiveSession& session = feed::session_of(socket);
  const auth::Principal& who = session.who();
  const std::string role = text_argument(sent, 0);
  if (!who.signed_in() || role != role_of(who) || text_argument(sent, 1) != who.user_id) {
    return refuse(socket, role, ack, socket.shard().clock().unix_ms());
  }
  std::vector<auth::RoomName> rooms = desks_of(who);
  rooms.push_back({auth::RoomKind::kUser, who.user_id});
  // They are joined in this order, so when the last one is answered all are.
  for (std::size_t i = 0; i + 1 < rooms.size(); ++i) {
    session.join(rooms[i], std::nullopt, [](const Outcome<feed::Joined>&) {});
  }
  session.join(rooms.back(), std::nullopt, [ack, role](const Outcome<feed::Joined>& joined) {
    ack.send_json("[" + JsonObject().boolean("ok", joined.has_value()).text("role", role).finish() +
                  "]");
  });
}

}  // namespace

void serve_live(Port& port) {
  realtime::Namespace& nsp = port.serve_socket_io();
  nsp.on_connection([](realtime::Socket& socket) {
    if (socket.recovered()) return;
    feed::session_of(socket).join({auth::RoomKind::kMarket, {}}, std::nullopt,
                                  [](const Outcome<feed::Joined>&) {});
  });
  nsp.on("user_role", on_user_role);
}

}  // namespace tillcast::contracts::bakery_unit
