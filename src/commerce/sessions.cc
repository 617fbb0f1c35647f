#include "commerce/sessions.h"

#include <algorithm>
#include <functional>

#include "base/limits.h"
#include "commerce/group_records.h"
#include "commerce/problems.h"
#include "commerce/records.h"

namespace tillcast::commerce {
namespace {

struct StoredSession {
  std::string id{};
  std::string user_id{};
  std::int64_t expires_at_ms = 0;
};

Problem token_expired() {
  return {401, "token_expired", "The token has ended: refresh it, or sign in again."};
}

void add_refresh_token(const Context& context, const std::string& session_id,
                       const std::string& token) {
  const std::string hash = auth::secret_hash(token);
  context.transaction.execute(
      "INSERT INTO refresh_tokens (hash, session_id, used) VALUES ($1, $2, 0)",
      {std::string_view(hash), std::string_view(session_id)});
}

AccessToken make_access_token(const auth::TokenKey& key, std::string_view user_id,
                              std::string_view session_id, std::int64_t now_ms,
                              std::int64_t session_ends_ms) {
  const std::int64_t ends_ms = std::min(now_ms + limits::kAccessTokenTtlMs, session_ends_ms);
  const auth::AccessClaims claims{std::string(user_id), std::string(session_id), now_ms / 1000,
                                  ends_ms / 1000};
  return {auth::sign_access_token(key, claims), claims.expires_at_s - claims.issued_at_s};
}

/// What a session gives its owner, but for the cookie.
Outcome<SessionGrant> grant(const Context& context, const SessionMaker& maker,
                            const StoredSession& session) {
  const auto account = read_record(context.transaction, Kind::kUser, session.user_id);
  if (!account) return unauthenticated();
  SessionGrant grant;
  grant.user = image_of(*account);
  grant.session_id = session.id;
  grant.refresh_token = random_token(maker.random, auth::kSecretLength);
  add_refresh_token(context, session.id, grant.refresh_token);
  grant.access = make_access_token(maker.key, session.user_id, session.id, context.now_ms,
                                   session.expires_at_ms);
  grant.session_expires_in_s = (session.expires_at_ms - context.now_ms) / 1000;
  return grant;
}

// One row a shop that the user works in, and one with NULLs if there is none: each request begins
// with this, so it is one statement.
constexpr std::string_view kSessionById =
    "SELECT sessions.id, sessions.user_id, sessions.expires_at, users.role, members.shop_id, "
    "members.role FROM sessions JOIN users ON users.id = sessions.user_id "
    "LEFT JOIN members ON members.user_id = sessions.user_id WHERE sessions.id = $1";
constexpr std::string_view kSessionByCookie =
    "SELECT sessions.id, sessions.user_id, sessions.expires_at, users.role, members.shop_id, "
    "members.role FROM sessions JOIN users ON users.id = sessions.user_id "
    "LEFT JOIN members ON members.user_id = sessions.user_id WHERE sessions.cookie_hash = $1";

/// Finds the session by one of these texts and its key; nobody if there is none.
using FindSession = std::function<auth::Principal(std::string_view sql, std::string_view key)>;

auth::Principal read_session(storage::Queries& queries, std::string_view sql,
                             std::string_view key) {
  auth::Principal who;
  queries.query(sql, {key}, [&](const storage::Row& row) {
    who.session_id = row.text(0);
    who.user_id = row.text(1);
    who.expires_at_ms = row.integer(2);
    who.role = auth::parse_role(row.text(3)).value_or(auth::Role::kCustomer);
    if (!row.is_null(4)) who.shops.push_back({std::string(row.text(4)), row.text(5) == "owner"});
  });
  return who;
}

/// Who the session is of, if it and the token have not ended.
Outcome<auth::Principal> principal_of(auth::Principal who, std::int64_t now_ms,
                                      std::int64_t token_ends_ms) {
  if (!who.signed_in()) return unauthenticated();
  who.expires_at_ms = std::min(who.expires_at_ms, token_ends_ms);
  if (who.expires_at_ms <= now_ms) return token_expired();
  return who;
}

/// Reads an access token; kExpired if it has ended by now.
using ReadToken = std::function<Result<auth::AccessClaims, auth::TokenError>(std::string_view)>;

Outcome<auth::Principal> authenticate_by(const FindSession& find, const ReadToken& read_token,
                                         const auth::Credential& credential, std::int64_t now_ms) {
  switch (credential.kind) {
    case auth::Credential::Kind::kNone:
      break;
    case auth::Credential::Kind::kBearer: {
      const auto claims = read_token(credential.secret);
      if (claims) {
        auto who = principal_of(find(kSessionById, claims->session_id), now_ms,
                                claims->expires_at_s * 1000);
        // A session keeps its user; a token that says otherwise was not made by this server.
        if (who && who->user_id != claims->user_id) return unauthenticated();
        return who;
      }
      return claims.error() == auth::TokenError::kExpired ? token_expired() : unauthenticated();
    }
    case auth::Credential::Kind::kSessionCookie: {
      auto who = principal_of(find(kSessionByCookie, auth::secret_hash(credential.secret)), now_ms,
                              INT64_MAX);
      // A browser sends its cookie whether it still means something or not, and cannot drop it by
      // itself; with a dead one it is a visitor like any other.
      if (!who) return auth::Principal{};
      return who;
    }
  }
  return auth::Principal{};
}

}  // namespace

Outcome<SessionGrant> log_in(const Context& context, const SessionMaker& maker,
                             const StoredPassword& verified, const auth::PasswordCheck& check) {
  if (!check.matches || verified.user_id.empty()) return wrong_password();
  // The password may have been changed while this one was being verified.
  if (find_password_of_user(context.transaction, verified.user_id).hash != verified.hash) {
    return wrong_password();
  }
  if (!check.rehashed.empty()) {
    context.transaction.execute(
        "UPDATE password_hashes SET hash = $1 WHERE user_id = $2",
        {std::string_view(check.rehashed), std::string_view(verified.user_id)});
  }
  return start_session(context, maker, verified.user_id);
}

Outcome<SessionGrant> start_session(const Context& context, const SessionMaker& maker,
                                    std::string_view user_id, std::int64_t ttl_ms) {
  const StoredSession session{context.ids.next(context.now_ms), std::string(user_id),
                              context.now_ms + ttl_ms};
  if (!read_record(context.transaction, Kind::kUser, user_id)) return unauthenticated();
  const std::string cookie = random_token(maker.random, auth::kSecretLength);
  const std::string cookie_hash = auth::secret_hash(cookie);
  context.transaction.execute(
      "INSERT INTO sessions (id, user_id, cookie_hash, expires_at) VALUES ($1, $2, $3, $4)",
      {std::string_view(session.id), user_id, std::string_view(cookie_hash),
       session.expires_at_ms});
  auto granted = grant(context, maker, session);
  if (granted) granted->cookie_secret = cookie;
  return granted;
}

Outcome<std::optional<SessionGrant>> refresh_session(const Context& context,
                                                     const SessionMaker& maker,
                                                     std::string_view refresh_token) {
  const std::string hash = auth::secret_hash(refresh_token);
  StoredSession session;
  bool used = false;
  context.transaction.query(
      "SELECT sessions.id, sessions.user_id, sessions.expires_at, refresh_tokens.used "
      "FROM refresh_tokens JOIN sessions ON sessions.id = refresh_tokens.session_id "
      "WHERE refresh_tokens.hash = $1",
      {std::string_view(hash)}, [&](const storage::Row& row) {
        session = {std::string(row.text(0)), std::string(row.text(1)), row.integer(2)};
        used = row.integer(3) != 0;
      });
  if (session.id.empty()) return unauthenticated();
  if (used) {
    context.transaction.execute("DELETE FROM sessions WHERE id = $1",
                                {std::string_view(session.id)});
    log_session_end(context.transaction, session.user_id, context.now_ms);
    return std::optional<SessionGrant>{};
  }
  if (session.expires_at_ms <= context.now_ms) return token_expired();
  context.transaction.execute("UPDATE refresh_tokens SET used = 1 WHERE hash = $1",
                              {std::string_view(hash)});
  auto granted = grant(context, maker, session);
  if (!granted) return granted.error();
  return std::optional<SessionGrant>(*std::move(granted));
}

Problem refresh_reused() {
  return {401, "refresh_reused",
          "This refresh token was used before, so its session has been ended: sign in again."};
}

AccessToken access_token(const auth::TokenKey& key, const auth::Principal& who,
                         std::int64_t now_ms) {
  // A caller with an access token cannot prolong it by itself: its end is theirs.
  return make_access_token(key, who.user_id, who.session_id, now_ms, who.expires_at_ms);
}

AccessToken session_token(const auth::TokenKey& key, const SessionGrant& grant,
                          std::int64_t now_ms) {
  const std::int64_t now_s = now_ms / 1000;
  const auth::AccessClaims claims{grant.user.id, grant.session_id, now_s,
                                  now_s + grant.session_expires_in_s};
  return {auth::sign_access_token(key, claims), grant.session_expires_in_s};
}

void log_session_end(storage::Transaction& transaction, std::string_view user_id,
                     std::int64_t now_ms) {
  storage::Change change;
  change.op = storage::Op::kDeleted;
  change.kind = kSessionKind;
  change.id = user_id;
  change.user_id = user_id;
  change.by = user_id;
  change.at_ms = now_ms;
  change.image = "{}";
  transaction.log(std::move(change));
}

Outcome<Done> log_out(const Context& context) {
  if (!context.who.signed_in()) return unauthenticated();
  context.transaction.execute("DELETE FROM sessions WHERE id = $1",
                              {std::string_view(context.who.session_id)});
  log_session_end(context.transaction, context.who.user_id, context.now_ms);
  return Done{};
}

Outcome<Done> log_out_everywhere(const Context& context) {
  if (!context.who.signed_in()) return unauthenticated();
  context.transaction.execute("DELETE FROM sessions WHERE user_id = $1",
                              {std::string_view(context.who.user_id)});
  log_session_end(context.transaction, context.who.user_id, context.now_ms);
  return Done{};
}

Outcome<auth::Principal> authenticate(storage::Queries& queries, const auth::Credential& credential,
                                      const auth::TokenKey& key, std::int64_t now_ms) {
  const auto find = [&](std::string_view sql, std::string_view session) {
    return read_session(queries, sql, session);
  };
  const auto read_token = [&](std::string_view token) {
    return auth::verify_access_token(key, token, now_ms);
  };
  return authenticate_by(find, read_token, credential, now_ms);
}

Outcome<auth::Principal> authenticate(storage::Transaction& transaction,
                                      const auth::Credential& credential, const auth::TokenKey& key,
                                      std::int64_t now_ms) {
  // The end of a session and every change of a right stand in the log, so the memory of a process
  // never outlives what another one has taken away. Ids of sessions and hashes are of two lengths.
  GroupRecords& group = GroupRecords::of(transaction);
  const auto find = [&](std::string_view sql, std::string_view session) {
    if (const auth::Principal* const known = group.caller(session)) return *known;
    auth::Principal who = read_session(transaction.beside(), sql, session);
    if (who.signed_in()) group.keep_caller(session, who);
    return who;
  };
  const auto read_token =
      [&](std::string_view token) -> Result<auth::AccessClaims, auth::TokenError> {
    if (const auth::AccessClaims* const known = group.claims(token)) {
      if (known->expires_at_s <= now_ms / 1000) return auth::TokenError::kExpired;
      return *known;
    }
    auto claims = auth::verify_access_token(key, token, now_ms);
    if (claims) group.keep_claims(token, *claims);
    return claims;
  };
  return authenticate_by(find, read_token, credential, now_ms);
}

void prune_sessions(storage::Transaction& transaction, std::int64_t now_ms, std::int64_t rows_max) {
  transaction.execute(
      "DELETE FROM sessions WHERE id IN "
      "(SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
      {now_ms, rows_max});
}

}  // namespace tillcast::commerce
