// Sessions: what login makes, what a credential is verified against, what logout ends. A session is
// known by its cookie (a random secret), by access tokens that name it, and by a chain of refresh
// tokens of which each is good once. Only hashes of the secrets are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/credentials.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "auth/tokens.h"
#include "base/limits.h"
#include "base/problem.h"
#include "base/random.h"
#include "commerce/accounts.h"
#include "commerce/context.h"

namespace tillcast::commerce {

/// What makes the secrets of sessions.
struct SessionMaker {
  Random& random;
  const auth::TokenKey& key;
};

struct AccessToken {
  std::string token{};
  std::int64_t expires_in_s = 0;
};

struct SessionGrant {
  RecordImage user{};
  std::string session_id{};
  AccessToken access{};
  /// For the cookie; empty when a session was refreshed, whose cookie stays.
  std::string cookie_secret{};
  std::string refresh_token{};
  /// When the cookie and the refresh token end.
  std::int64_t session_expires_in_s = 0;
};

/// Starts a session for the account whose password was just verified. `verified` is what
/// find_password() gave and `check` what PasswordThread::verify() answered for it. 401
/// `wrong_password` if it did not match, or the account or its password is another one by now.
Outcome<SessionGrant> log_in(const Context& context, const SessionMaker& maker,
                             const StoredPassword& verified, const auth::PasswordCheck& check);

/// Starts a session for an account that was just registered, or that the operator or an outside
/// issuer vouches for.
Outcome<SessionGrant> start_session(const Context& context, const SessionMaker& maker,
                                    std::string_view user_id,
                                    std::int64_t ttl_ms = limits::kSessionTtlMs);

/// Gives new tokens for a refresh token. Nothing if the token was used before: then somebody has a
/// copy of it, the session has been ended, and that must be committed; answer refresh_reused().
/// 401 `unauthenticated` for an unknown token, `token_expired` for an old one.
Outcome<std::optional<SessionGrant>> refresh_session(const Context& context,
                                                     const SessionMaker& maker,
                                                     std::string_view refresh_token);
/// 401 `refresh_reused`.
Problem refresh_reused();

/// A new access token for a caller who is signed in, for example by the cookie.
AccessToken access_token(const auth::TokenKey& key, const auth::Principal& who,
                         std::int64_t now_ms);

/// One that is good as long as the session, which each use of it asks for: for clients that have no
/// way to get a new one.
AccessToken session_token(const auth::TokenKey& key, const SessionGrant& grant,
                          std::int64_t now_ms);

/// The kind under which the end of sessions stands in the log. It is in no room, but whoever
/// follows the log knows that the user's live connections must be verified again.
inline constexpr std::string_view kSessionKind = "session";
/// Sessions of the user have ended in this transaction.
void log_session_end(storage::Transaction& transaction, std::string_view user_id,
                     std::int64_t now_ms);

/// Ends the caller's session. 401 `unauthenticated`.
Outcome<Done> log_out(const Context& context);
/// Ends all sessions of the caller. 401 `unauthenticated`.
Outcome<Done> log_out_everywhere(const Context& context);

/// Who a credential proves: session, user and memberships as they are in this snapshot. No
/// credential, or the cookie of a session that has ended, is an anonymous principal; a bad token is
/// 401 `unauthenticated`, an old one 401 `token_expired`.
Outcome<auth::Principal> authenticate(storage::Queries& queries, const auth::Credential& credential,
                                      const auth::TokenKey& key, std::int64_t now_ms);
/// The same for a command; from memory if an earlier one asked for this session.
Outcome<auth::Principal> authenticate(storage::Transaction& transaction,
                                      const auth::Credential& credential, const auth::TokenKey& key,
                                      std::int64_t now_ms);

/// Removes sessions that have ended, at most `rows_max`, with their refresh tokens.
void prune_sessions(storage::Transaction& transaction, std::int64_t now_ms, std::int64_t rows_max);

}  // namespace tillcast::commerce
