// How Socket.IO sockets come in: who they are is verified before they are connected, and those that
// lost their connection go on where they were. The same for every dialect.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/credentials.h"
#include "base/problem.h"
#include "feed/authenticator.h"
#include "feed/live_session.h"
#include "feed/recovery_store.h"
#include "feed/streams.h"
#include "realtime/server.h"

namespace tillcast::contracts {

/// What is in a connection's request: an Authorization header or the session's cookie.
auth::Credential handshake_credential(const protocol::HttpRequest& handshake);

/// `connect_error` with the problem's sentence, and its code as data.
realtime::ConnectError connect_error(const Problem& problem);

struct SocketDoor {
  realtime::Namespace& nsp;
  feed::Streams& streams;
  feed::LogRecoveryStore& recovery;
  const feed::Authenticator& authenticator;
  /// What whoever shows no credential is refused with; nothing if anybody may come in.
  std::optional<realtime::ConnectError> anonymous{};
};

/// Each socket gets a feed::LiveSession before it is connected, and follows the contract's own
/// rooms from then on, unless the contract has something else to do in Namespace::on_connection().
/// Before the server starts; what it is given outlives the server.
void open_door(const SocketDoor& door);

}  // namespace tillcast::contracts
