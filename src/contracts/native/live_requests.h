// The requests of the native live contract, the same for Socket.IO and plain WebSockets.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/problem.h"
#include "feed/live_session.h"

namespace tillcast::contracts {

/// Takes the JSON object that answers a request. On the session's loop, once.
using LiveAnswer = std::function<void(std::string body)>;

/// `{"error":{"code":…,"detail":…}}`.
std::string error_body(const Problem& problem);

/// Does what a client asks for; a request that cannot be done is answered by an error and changes
/// nothing.
///
///     join  {room, since?} → {room, position, resumed}
///     leave {room}         → {room}
///     auth  {token}        → {user, expires_in_s}
///
/// Codes: `malformed_body` (not an object), `missing_room`, `unknown_room`, `bad_position`,
/// `missing_token`, `unknown_type`, and those of feed::LiveSession.
void handle_live_request(feed::LiveSession& session, std::string_view type,
                         const boost::json::value& body, LiveAnswer answer, const Clock& clock);

/// The types that handle_live_request() knows.
inline constexpr std::string_view kLiveRequestTypes[] = {"join", "leave", "auth"};

}  // namespace tillcast::contracts
