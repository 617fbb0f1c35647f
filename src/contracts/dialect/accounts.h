// Signing in as the old dialects do it: a token and a user in the answer, and the session's cookie.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// The answer's body to who has a session now.
using TokenBody =
    std::function<std::string(storage::Queries& queries, const auth::Principal& who,
                              const commerce::RecordImage& user, const std::string& token)>;

/// POST {email, name, password, phone?} → 201. A role is not taken from a claim: who asks for
/// another than `customer` is refused.
void add_register_route(Rest& rest, std::string_view path, TokenBody body);
/// POST {email, password} or {idToken} of a configured outside issuer → 200.
void add_login_route(Rest& rest, std::string_view path, TokenBody body);
/// POST; the answer's body is `json`.
void add_logout_route(Rest& rest, std::string_view path, std::string json);

}  // namespace tillcast::contracts
