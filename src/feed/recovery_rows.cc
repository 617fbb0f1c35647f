#include "feed/recovery_rows.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"

namespace tillcast::feed {

namespace {

using realtime::EventPlace;
using realtime::SavedRoom;
using realtime::SavedSession;

// ended_at is 0 while a socket holds the session, which is on the server `holder`, or was if that
// is not alive (storage::Database::process_number). `rooms` is a line a room: its name, from and
// until.
constexpr std::array<storage::Migration, 2> kSqlite = {
    {{1, "sessions", R"sql(
CREATE TABLE recovery_sessions (
  pid TEXT NOT NULL PRIMARY KEY,
  sid TEXT NOT NULL,
  nsp TEXT NOT NULL,
  principal TEXT NOT NULL,
  epoch TEXT NOT NULL,
  rooms TEXT NOT NULL,
  ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_sessions_end ON recovery_sessions (ended_at);
)sql"},
     {2, "holders", "ALTER TABLE recovery_sessions ADD COLUMN holder INTEGER NOT NULL DEFAULT 0"}}};

constexpr std::array<storage::Migration, 2> kPostgres = {
    {{1, "sessions", R"sql(
CREATE TABLE recovery_sessions (
  pid TEXT NOT NULL PRIMARY KEY,
  sid TEXT NOT NULL,
  nsp TEXT NOT NULL,
  principal TEXT NOT NULL,
  epoch TEXT NOT NULL,
  rooms TEXT NOT NULL,
  ended_at BIGINT NOT NULL
);
CREATE INDEX recovery_sessions_end ON recovery_sessions (ended_at);
)sql"},
     {2, "holders", "ALTER TABLE recovery_sessions ADD COLUMN holder BIGINT NOT NULL DEFAULT 0"}}};

std::string rooms_text(const std::vector<SavedRoom>& rooms) {
  std::string text;
  for (const SavedRoom& room : rooms) {
    text.append(room.name).append(" ").append(std::to_string(room.from.lsn)).append(" ");
    text.append(std::to_string(room.until.lsn)).append("\n");
  }
  return text;
}

/// Takes the text up to `separator` off its front.
std::string_view take_word(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// In the log a session has all or nothing of an lsn when it joins a room.
std::vector<SavedRoom> parse_rooms(std::string_view text) {
  std::vector<SavedRoom> rooms;
  while (!text.empty()) {
    std::string_view line = take_word(text, '\n');
    SavedRoom room{std::string(take_word(line, ' ')), {}, {}};
    room.from = EventPlace::after(number(take_word(line, ' ')));
    room.until = EventPlace::after(number(line));
    rooms.push_back(std::move(room));
  }
  return rooms;
}

}  // namespace

std::span<const storage::Migration> recovery_migrations(storage::Engine engine) {
  if (engine == storage::Engine::kPostgres) return kPostgres;
  return kSqlite;
}

bool write_session(storage::Statements& statements, const SavedSession& session,
                   std::string_view epoch, std::int64_t holder) {
  const std::string rooms = rooms_text(session.rooms);
  return statements.execute(
             "INSERT INTO recovery_sessions "
             "(pid, sid, nsp, principal, epoch, rooms, ended_at, holder) "
             "VALUES ($1, $2, $3, $4, $5, $6, 0, $7) "
             "ON CONFLICT (pid) DO UPDATE SET sid = excluded.sid, "
             "principal = excluded.principal, epoch = excluded.epoch, rooms = excluded.rooms, "
             "ended_at = 0, holder = excluded.holder "
             "WHERE recovery_sessions.holder = excluded.holder OR recovery_sessions.ended_at > 0 "
             "OR recovery_sessions.holder NOT IN (SELECT number FROM living_processes)",
             {std::string_view(session.pid), std::string_view(session.sid),
              std::string_view(session.nsp), std::string_view(session.principal), epoch,
              std::string_view(rooms), holder}) == 1;
}

void release_session(storage::Statements& statements, std::string_view pid, std::int64_t holder,
                     std::int64_t now_ms) {
  statements.execute("UPDATE recovery_sessions SET ended_at = $3 WHERE pid = $1 AND holder = $2",
                     {pid, holder, now_ms});
}

void delete_session(storage::Statements& statements, std::string_view pid, std::int64_t holder) {
  statements.execute("DELETE FROM recovery_sessions WHERE pid = $1 AND holder = $2", {pid, holder});
}

std::optional<SavedSession> find_session(storage::Queries& queries, std::string_view pid,
                                         std::string_view epoch, std::int64_t holder,
                                         std::int64_t oldest_ms) {
  std::optional<SavedSession> found;
  queries.query(
      "SELECT sid, nsp, principal, rooms FROM recovery_sessions WHERE pid = $1 AND epoch = $2 AND "
      "(ended_at > $3 OR (ended_at = 0 AND "
      "(holder = $4 OR holder NOT IN (SELECT number FROM living_processes))))",
      {pid, epoch, oldest_ms, holder}, [&](const storage::Row& row) {
        found = SavedSession{std::string(pid), std::string(row.text(0)), std::string(row.text(1)),
                             std::string(row.text(2)), parse_rooms(row.text(3))};
      });
  return found;
}

void release_orphans(storage::Statements& statements, std::int64_t now_ms) {
  statements.execute(
      "UPDATE recovery_sessions SET ended_at = $1 WHERE ended_at = 0 AND "
      "holder NOT IN (SELECT number FROM living_processes)",
      {now_ms});
}

void prune_recovery_sessions(storage::Statements& statements, std::int64_t now_ms,
                             std::int64_t rows_max) {
  statements.execute(
      "DELETE FROM recovery_sessions WHERE pid IN (SELECT pid FROM recovery_sessions "
      "WHERE ended_at > 0 AND ended_at <= $1 ORDER BY ended_at LIMIT $2)",
      {now_ms - limits::kRecoverySessionTtlMs, rows_max});
}

void limit_recovery_sessions(storage::Statements& statements, std::int64_t sessions_max) {
  std::int64_t count = 0;
  statements.query("SELECT count(*) FROM recovery_sessions", {},
                   [&](const storage::Row& row) { count = row.integer(0); });
  if (count <= sessions_max) return;
  statements.execute(
      "DELETE FROM recovery_sessions WHERE pid IN (SELECT pid FROM recovery_sessions "
      "WHERE ended_at > 0 ORDER BY ended_at LIMIT $1)",
      {count - sessions_max});
}

}  // namespace tillcast::feed
