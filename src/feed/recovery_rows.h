// The rows of sessions that can be recovered: who was in which rooms, and from where on. They are
// no records of the shop, so they are in no log. Each function runs inside the caller's
// transaction and throws StorageFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/recovery_store.h"
#include "storage/database.h"

namespace tillcast::feed {

inline constexpr std::string_view kRecoveryMigrationComponent = "recovery";

/// For Database::migrate(kRecoveryMigrationComponent, …).
std::span<const storage::Migration> recovery_migrations(storage::Engine engine);

// `holder` is the server on which a socket holds the session, storage::Database::process_number.

/// Writes the session as one that a socket holds. Its rooms' places belong to `epoch`. False if a
/// socket of another living server holds it.
bool write_session(storage::Statements& statements, const realtime::SavedSession& session,
                   std::string_view epoch, std::int64_t holder);
/// Nobody holds it since then.
void release_session(storage::Statements& statements, std::string_view pid, std::int64_t holder,
                     std::int64_t now_ms);
void delete_session(storage::Statements& statements, std::string_view pid, std::int64_t holder);

/// Nothing for a session of another epoch, one that a socket of another living server holds, or one
/// that nobody has held since `oldest_ms`.
std::optional<realtime::SavedSession> find_session(storage::Queries& queries, std::string_view pid,
                                                   std::string_view epoch, std::int64_t holder,
                                                   std::int64_t oldest_ms);

/// Sockets that held sessions are gone with the server that they were on. At start, and where
/// several servers share the database, now and then.
void release_orphans(storage::Statements& statements, std::int64_t now_ms);
/// Removes sessions that nobody has held for limits::kRecoverySessionTtlMs.
void prune_recovery_sessions(storage::Statements& statements, std::int64_t now_ms,
                             std::int64_t rows_max);
/// Removes the longest away until at most `sessions_max` are left, or none is away.
void limit_recovery_sessions(storage::Statements& statements, std::int64_t sessions_max);

}  // namespace tillcast::feed
