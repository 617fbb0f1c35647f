// What a caller shows to prove who they are, before it is verified. Values; any thread.
#pragma once

#include <string>
#include <string_view>

namespace tillcast::auth {

/// The cookie that login sets: HttpOnly, SameSite=Lax, path `/`.
inline constexpr std::string_view kSessionCookieName = "tillcast_session";

/// At most one per request or connection; a bearer token is stronger than a cookie.
struct Credential {
  enum class Kind { kNone, kBearer, kSessionCookie };
  Kind kind = Kind::kNone;
  /// The token or the cookie's value. Never logged.
  std::string secret{};
};

/// The credential of a request: `authorization` and `cookie` are the values of those headers, empty
/// if there is none. An Authorization header of another scheme than Bearer counts as a bearer token
/// that nobody issued, so that it is refused rather than ignored.
Credential read_credential(std::string_view authorization, std::string_view cookie);

}  // namespace tillcast::auth
