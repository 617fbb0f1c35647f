#include "storage/change_log.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/limits.h"

namespace tillcast::storage {
namespace {

/// What change_of() reads, up to the condition.
const std::string kSelectChanges =
    "SELECT lsn, txn, op, kind, id, shop_id, user_id, by_id, version, at_ms, to_public, to_desk, "
    "to_owner, to_admin, public_before, public_after, changed, image FROM changes WHERE ";

/// The texts that read one class of rooms. The condition on the audience column is a literal, so
/// that every engine sees that the partial index of that audience on (key, lsn) serves it. $1 and
/// $2 are lsn and limit, $3 is the room's key where it has one.
struct RoomSql {
  Audience audience;
  /// The column that narrows the room; empty for the rooms that see all of their audience.
  std::string_view key_column;
  std::string after;
  std::string last;
  /// Records what is about to be pruned from each room of the class; $1 is the last pruned lsn.
  std::string record_pruned;
};

RoomSql make_room_sql(Audience audience, std::string_view flag_column,
                      std::string_view key_column) {
  std::string condition(flag_column);
  condition += " = 1";
  const std::string flag_only = condition;
  if (!key_column.empty()) condition.append(" AND ").append(key_column).append(" = $3");

  // As an expression the key cannot be grouped by the room index, which would read the whole log;
  // the primary key reads what is pruned and no more.
  const std::string key = key_column.empty() ? "''" : std::string(key_column) + " || ''";
  RoomSql sql{audience, key_column, {}, {}, {}};
  sql.after = kSelectChanges + condition + " AND lsn > $1 ORDER BY lsn LIMIT $2";
  sql.last =
      "SELECT lsn FROM changes WHERE " + condition + " AND lsn <= $1 ORDER BY lsn DESC LIMIT $2";
  sql.record_pruned = "INSERT INTO room_pruned (audience, room_key, lsn) SELECT " +
                      std::to_string(audience) + ", " + key + ", max(lsn) FROM changes WHERE " +
                      flag_only + " AND lsn <= $1 ";
  sql.record_pruned += key_column.empty() ? "HAVING max(lsn) > 0 " : "GROUP BY " + key + " ";
  sql.record_pruned += "ON CONFLICT (audience, room_key) DO UPDATE SET lsn = excluded.lsn";
  return sql;
}

const std::array<RoomSql, 5>& room_classes() {
  static const std::array<RoomSql, 5> classes = {
      make_room_sql(kPublic, "to_public", ""),    make_room_sql(kPublic, "to_public", "shop_id"),
      make_room_sql(kDesk, "to_desk", "shop_id"), make_room_sql(kOwner, "to_owner", "user_id"),
      make_room_sql(kAdmin, "to_admin", ""),
  };
  return classes;
}

const RoomSql& sql_of(const RoomFilter& room) {
  for (const RoomSql& sql : room_classes()) {
    if (sql.audience == room.audience && sql.key_column.empty() == room.key.empty()) return sql;
  }
  throw std::logic_error("no room has this audience and key");
}

/// The parameters of a room's statement: two numbers, and the key if the room has one.
class RoomParameters {
 public:
  RoomParameters(const RoomFilter& room, Lsn lsn, std::size_t limit)
      : values_{as_value(lsn), static_cast<std::int64_t>(limit), std::string_view(room.key)},
        count_(room.key.empty() ? 2 : 3) {}
  [[nodiscard]] std::span<const Value> get() const { return {values_.data(), count_}; }

 private:
  // Clients name lsns; one that no log can reach must not become a negative number.
  static std::int64_t as_value(Lsn lsn) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(lsn.get(), INT64_MAX));
  }
  std::array<Value, 3> values_;
  std::size_t count_;
};

Lsn lsn_at(const Row& row, int column) {
  return Lsn{static_cast<std::uint64_t>(row.integer(column))};
}

Change change_of(const Row& row) {
  Change change;
  change.lsn = lsn_at(row, 0);
  change.txn = lsn_at(row, 1);
  change.op = static_cast<Op>(row.integer(2));
  change.kind = row.text(3);
  change.id = row.text(4);
  change.shop_id = row.text(5);
  change.user_id = row.text(6);
  change.by = row.text(7);
  change.version = row.integer(8);
  change.at_ms = row.integer(9);
  const auto flag = [&row](int column, Audience audience) {
    return row.integer(column) != 0 ? static_cast<unsigned>(audience) : 0U;
  };
  change.audience = static_cast<AudienceSet>(flag(10, kPublic) | flag(11, kDesk) |
                                             flag(12, kOwner) | flag(13, kAdmin));
  change.public_before = row.integer(14) != 0;
  change.public_after = row.integer(15) != 0;
  change.changed = row.text(16);
  change.image = row.text(17);
  return change;
}

/// The last lsn that was pruned from `room`; 0 if its chain is whole.
Lsn pruned_lsn(Queries& queries, const RoomFilter& room) {
  Lsn pruned;
  queries.query("SELECT lsn FROM room_pruned WHERE audience = $1 AND room_key = $2",
                {static_cast<std::int64_t>(room.audience), room.key},
                [&pruned](const Row& row) { pruned = lsn_at(row, 0); });
  return pruned;
}

/// room_head() for a reader that already knows what was pruned.
Lsn head_after_pruned(Queries& queries, const RoomFilter& room, Lsn at, Lsn pruned) {
  Lsn head = pruned <= at ? pruned : Lsn{};
  queries.query(sql_of(room).last, RoomParameters(room, at, 1).get(),
                [&head](const Row& row) { head = lsn_at(row, 0); });
  return head;
}

}  // namespace

RoomPage read_room(Queries& queries, const RoomFilter& room, Lsn since, std::size_t changes_max,
                   std::size_t bytes_max) {
  RoomPage page;
  page.head = log_position(queries).lsn;
  const Lsn pruned = pruned_lsn(queries, room);
  page.exact = since >= pruned;
  page.pruned = pruned;
  page.prev = head_after_pruned(queries, room, since, pruned);

  // One row more than the page holds tells whether the page is the last one.
  page.complete = true;
  std::size_t bytes = 0;
  queries.query(
      sql_of(room).after, RoomParameters(room, since, changes_max + 1).get(), [&](const Row& row) {
        if (!page.complete) return;
        const bool full = page.changes.size() == changes_max ||
                          (!page.changes.empty() && bytes + row.text(17).size() > bytes_max);
        if (full) {
          page.complete = false;
          return;
        }
        bytes += row.text(17).size();
        page.changes.push_back(change_of(row));
      });
  return page;
}

CommittedBatch read_transactions(Queries& queries, Lsn since, std::size_t changes_max) {
  // The last transaction is the one at `upto`, and it goes on for less than a transaction's limit.
  static const std::string kSql =
      kSelectChanges +
      "lsn > $1 AND lsn <= $3 AND txn <= (SELECT txn FROM changes WHERE lsn <= $2 "
      "ORDER BY lsn DESC LIMIT 1) ORDER BY lsn";
  const auto from = static_cast<std::int64_t>(std::min<std::uint64_t>(since.get(), INT64_MAX / 2));
  const auto upto = from + static_cast<std::int64_t>(std::max<std::size_t>(changes_max, 1));
  CommittedBatch batch;
  batch.first = Lsn{since.get() + 1};
  batch.last = since;
  queries.query(kSql,
                {from, upto, upto + static_cast<std::int64_t>(limits::kChangesPerTransactionMax)},
                [&batch](const Row& row) {
                  Change change = change_of(row);
                  batch.last = change.lsn;
                  const bool next = batch.transactions.empty() ||
                                    batch.transactions.back().changes.front().txn != change.txn;
                  if (next) batch.transactions.emplace_back();
                  batch.transactions.back().changes.push_back(std::move(change));
                });
  return batch;
}

Lsn room_head(Queries& queries, const RoomFilter& room, Lsn at) {
  return head_after_pruned(queries, room, at, pruned_lsn(queries, room));
}

LogPage read_log(Queries& queries, Lsn since, std::size_t changes_max) {
  static const std::string kSql = kSelectChanges + "lsn > $1 ORDER BY lsn LIMIT $2";
  LogPage page;
  queries.query(kSql, RoomParameters({}, since, changes_max).get(),
                [&page](const Row& row) { page.changes.push_back(change_of(row)); });
  // Lsns follow each other, so what is missing in front was pruned.
  page.exact = page.changes.empty() || page.changes.front().lsn.get() == since.get() + 1;
  return page;
}

Position log_position(Queries& queries) {
  Position position;
  queries.query(
      "SELECT (SELECT value FROM meta WHERE name = 'epoch'), (SELECT max(lsn) FROM changes)", {},
      [&position](const Row& row) {
        position.epoch = row.text(0);
        position.lsn = lsn_at(row, 1);
      });
  return position;
}

void insert_change(Statements& statements, const Change& change) {
  const auto number = [](auto value) { return Value(static_cast<std::int64_t>(value)); };
  const auto flag = [&change](Audience audience) {
    return Value(std::int64_t{(change.audience & audience) != 0});
  };
  statements.change_one(
      "INSERT INTO changes (lsn, txn, op, kind, id, shop_id, user_id, by_id, version, at_ms, "
      "to_public, to_desk, to_owner, to_admin, public_before, public_after, changed, image) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
      {number(change.lsn.get()), number(change.txn.get()), number(change.op), change.kind,
       change.id, change.shop_id, change.user_id, change.by, change.version, change.at_ms,
       flag(kPublic), flag(kDesk), flag(kOwner), flag(kAdmin), number(change.public_before),
       number(change.public_after), change.changed, change.image});
}

std::int64_t prune_log(Statements& statements, Lsn upto) {
  const Lsn head = log_position(statements).lsn;
  if (head.get() == 0) return 0;
  const auto last = static_cast<std::int64_t>(std::min(upto.get(), head.get() - 1));
  for (const RoomSql& sql : room_classes()) statements.execute(sql.record_pruned, {last});
  return statements.execute("DELETE FROM changes WHERE lsn <= $1", {last});
}

bool prune_log_step(Statements& statements, const LogRetention& keep, std::int64_t now_ms) {
  const std::uint64_t head = log_position(statements).lsn.get();
  const std::int64_t oldest_ms = now_ms - keep.age_ms_max;
  const auto is_kept = [&](std::uint64_t lsn, std::int64_t at_ms) {
    const std::uint64_t newer = head - lsn;
    return newer < keep.changes_max && (newer < keep.changes_min || at_ms >= oldest_ms);
  };
  // From the old end on, up to the first that is kept: the log has no holes.
  Lsn upto;
  bool all_go = true;
  statements.query("SELECT lsn, at_ms FROM changes ORDER BY lsn LIMIT $1",
                   {static_cast<std::int64_t>(limits::kLogPrunedPerStepMax)}, [&](const Row& row) {
                     const Lsn lsn = lsn_at(row, 0);
                     all_go = all_go && !is_kept(lsn.get(), row.integer(1));
                     if (all_go) upto = lsn;
                   });
  if (upto == Lsn{}) return false;
  return prune_log(statements, upto) == static_cast<std::int64_t>(limits::kLogPrunedPerStepMax);
}

}  // namespace tillcast::storage
