#include "contracts/dialect/socket_door.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <utility>

#include "commerce/json_text.h"

namespace tillcast::contracts {

namespace {

namespace json = boost::json;

std::string_view header(const protocol::HttpRequest& request, std::string_view name) {
  const std::string* const value = request.header(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

/// `auth.token` is stronger than what the browser sends by itself.
auth::Credential credential_of(const realtime::Socket& socket) {
  const json::object* const sent = socket.auth().if_object();
  const json::value* const token = sent == nullptr ? nullptr : sent->if_contains("token");
  if (token == nullptr || token->is_null()) return handshake_credential(socket.handshake());
  // A token that is no text proves nobody, and is refused like any other that nobody issued.
  const json::string* const text = token->if_string();
  if (text != nullptr && text->empty()) return handshake_credential(socket.handshake());
  return {auth::Credential::Kind::kBearer,
          text == nullptr ? std::string() : std::string(text->data(), text->size())};
}

void admit(const SocketDoor& door, realtime::Socket& socket, realtime::Next next) {
  auth::Credential credential = credential_of(socket);
  socket.drop_auth();
  door.authenticator.verify(credential,
                            [door, peer = socket.ref(), credential,
                             next = std::move(next)](const Outcome<feed::Identity>& identity) {
                              peer.run([door, credential, next, identity](realtime::Peer& here) {
                                if (!identity) return next(connect_error(identity.error()));
                                if (!identity->who.signed_in() && door.anonymous)
                                  return next(door.anonymous);
                                auto session = std::make_unique<feed::LiveSession>(
                                    here, door.streams.at(here.shard()), door.authenticator);
                                session->begin(*identity, credential);
                                here.set_data(std::move(session));
                                here.drop_handshake();
                                next(std::nullopt);
                              });
                            });
}

}  // namespace

auth::Credential handshake_credential(const protocol::HttpRequest& handshake) {
  return auth::read_credential(header(handshake, "authorization"), header(handshake, "cookie"));
}

realtime::ConnectError connect_error(const Problem& problem) {
  commerce::JsonObject data;
  data.text("code", problem.code).text("detail", problem.detail);
  return {problem.detail, data.finish()};
}

void open_door(const SocketDoor& door) {
  door.nsp.use([door](realtime::Socket& socket, realtime::Next next) {
    admit(door, socket, std::move(next));
  });
  realtime::RecoveryHooks hooks;
  hooks.principal = [](realtime::Socket& socket) { return feed::session_of(socket).principal(); };
  hooks.restore = [](realtime::Socket& socket, const realtime::SavedSession& session,
                     std::optional<realtime::EventPlace> last, const realtime::RestoreDone& done) {
    feed::session_of(socket).recover(session, last, done);
  };
  hooks.first_rooms = [](realtime::Socket& socket) {
    return feed::session_of(socket).own_rooms_to_save();
  };
  door.nsp.on_recovery(std::move(hooks));
  door.nsp.on_connection([](realtime::Socket& socket) {
    if (!socket.recovered()) feed::session_of(socket).follow_own_rooms();
  });
  door.nsp.server().recover_with(door.recovery);
}

}  // namespace tillcast::contracts
