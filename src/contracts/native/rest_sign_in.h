// Signing up and signing in, for every dialect: each says what its route answers with. They go from
// thread to thread: the body on the loop, the stored hash on a reader, the comparison on the
// password thread, the session on the commit thread.
#pragma once

#include <functional>

#include "commerce/accounts.h"
#include "commerce/sessions.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// What somebody is answered who has a session now. On the commit thread, in its transaction.
using GrantShape = std::function<Outcome<RestAnswer>(const commerce::Context& context,
                                                     const commerce::SessionGrant& grant)>;

/// Makes the account and signs it in. Called on a loop.
void sign_up(Rest& rest, const RestRequest& request, const RestReply& reply,
             const commerce::Registration& registration, GrantShape shape);

/// By password, or by a token of an outside issuer. Called on a loop.
void sign_in(Rest& rest, const RestRequest& request, const RestReply& reply,
             const commerce::SignIn& signing_in, GrantShape shape);

/// A credential that has ended must not keep anybody from signing in anew.
RestRequest without_credential(RestRequest request);

/// The session's cookie, where the session is new.
void give_cookie(const Rest& rest, const commerce::SessionGrant& grant, RestAnswer& answer);
/// Takes it away again.
void take_cookie(const Rest& rest, RestAnswer& answer);

}  // namespace tillcast::contracts
