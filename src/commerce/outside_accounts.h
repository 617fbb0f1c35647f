// Accounts of people whom an outside issuer vouches for. They sign in with its token and get a
// session as everybody else; what the token says of role and shops is written to the account at
// each sign-in, so that the rest of the code knows one kind of user only.
#pragma once

#include <cstdint>

#include "auth/outside_issuer.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/sessions.h"

namespace tillcast::commerce {

/// A session that an outside token began ends after this long: its issuer may have closed the
/// account meanwhile, and is asked again by then.
inline constexpr std::int64_t kOutsideSessionTtlMs = 24LL * 3600 * 1000;

/// Signs the identity in: to its account, to the account of its verified e-mail address if the
/// issuer is configured for that, or to a new one.
///
/// Linking takes the account's password and sessions away: whoever chose that password has not
/// shown that the address is theirs, but the issuer has.
///
/// 403 `email_unverified` if a new account would have no verified address, 409 `email_taken` if
/// the address belongs to an account that may not be linked.
Outcome<SessionGrant> sign_in_outside(const Context& context, const SessionMaker& maker,
                                      const auth::OutsideIdentity& identity);

}  // namespace tillcast::commerce
