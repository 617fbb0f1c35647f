// Signing up and signing in, for every dialect: each says what its route answers with. They go from
// thread to thread: the body on the loop, the stored hash on a reader, the comparison on the
// password thread, the session on the commit thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "auth/sign_in_guard.h"
#include "commerce/accounts.h"
#include "commerce/sessions.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

/// What somebody is answered who has a session now. On the commit thread, in its transaction.
using GrantShape = std::function<Outcome<RestAnswer>(const commerce::Context& context,
                                                     const commerce::SessionGrant& grant)>;

/// Makes the account and signs it in. 429 if the address asks too often. Called on a loop.
void sign_up(Rest& rest, const RestRequest& request, const RestReply& reply,
             const commerce::Registration& registration, GrantShape shape);

/// By password, or by a token of an outside issuer. 429 if the address asks too often, or too many
/// wrong passwords came before. Called on a loop.
void sign_in(Rest& rest, const RestRequest& request, const RestReply& reply,
             const commerce::SignIn& signing_in, GrantShape shape);

/// Compares the password unless too many wrong ones came before under `guess_key`
/// (auth::sign_in_key); `next` also gets that it did not match.
void check_password(Rest& rest, const RestReply& reply, const std::string& guess_key,
                    const std::string& password, const std::string& hash,
                    std::function<void(const auth::PasswordCheck&)> next);
/// 429 if the address has passwords hashed too often.
std::optional<Problem> too_many_sign_ins(const Rest& rest, const RestRequest& request);

/// A credential that has ended must not keep anybody from signing in anew.
RestRequest without_credential(RestRequest request);

/// Who has the session, as the transaction sees them.
Outcome<auth::Principal> principal_of(const Rest& rest, const commerce::Context& context,
                                      const commerce::SessionGrant& grant);

/// The session's cookie, where the session is new.
void give_cookie(const Rest& rest, const commerce::SessionGrant& grant, RestAnswer& answer);
/// Takes it away again.
void take_cookie(const Rest& rest, RestAnswer& answer);

}  // namespace tillcast::contracts
