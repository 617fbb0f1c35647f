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

/// Below `path`:
/// - POST /register {email, name, password, phone?} → 201. A role is not taken from a claim: who
///   asks for another than `customer` is refused.
/// - POST /login {email, password} or {idToken} of a configured outside issuer → 200
/// - POST /logout → 200 with `logged_out_json`
void add_sign_in_routes(Rest& rest, const std::string& path, const TokenBody& body,
                        const std::string& logged_out_json);

/// The caller's shops: [{id, name}].
std::string shops_json(storage::Queries& queries, const auth::Principal& who);

}  // namespace tillcast::contracts
