// The log against itself, and against the policy of rooms.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>
#include <utility>

#include "commerce/bulk.h"
#include "commerce/bulk_tables.h"
#include "commerce/change_rooms.h"
#include "commerce/sessions.h"
#include "commerce/verify_checks.h"
#include "storage/change_log.h"

namespace tillcast::commerce {
namespace {

using storage::Op;
using storage::Row;

std::string change_at(std::int64_t lsn) { return "change " + std::to_string(lsn); }

/// Up to where the chain of each room is gone, by (audience, key).
using PrunedRooms = std::map<std::pair<std::int64_t, std::string>, std::int64_t>;

bool has_rows(storage::Queries& queries, std::string_view sql,
              std::initializer_list<storage::Value> parameters = {}) {
  bool has = false;
  queries.query(sql, parameters, [&](const Row&) { has = true; });
  return has;
}

/// While a bulk is being applied, what it changes is not told yet.
bool bulk_is_running(storage::Queries& queries) {
  return has_rows(queries, "SELECT 1 FROM migrations WHERE component = $1 LIMIT 1",
                  {kBulkComponent}) &&
         has_rows(queries, "SELECT 1 FROM bulks WHERE state = 'applying'");
}

PrunedRooms pruned_rooms(storage::Queries& queries) {
  PrunedRooms rooms;
  queries.query("SELECT audience, room_key, lsn FROM room_pruned", {}, [&](const Row& row) {
    rooms[{row.integer(0), std::string(row.text(1))}] = row.integer(2);
  });
  return rooms;
}

/// What the checks need of a row of the log.
struct LoggedChange {
  std::int64_t lsn = 0;
  Op op = Op::kUpdated;
  std::string kind{};
  std::string id{};
  std::string shop_id{};
  std::string user_id{};
  std::int64_t version = 0;
  int audience = 0;
  bool public_before = false;
  bool public_after = false;
  std::string changed{};
  std::string image{};
};

constexpr std::string_view kAllChanges =
    "SELECT lsn, op, kind, id, shop_id, user_id, version, to_public, to_desk, to_owner, to_admin, "
    "public_before, public_after, changed, image FROM changes ORDER BY lsn";

void read_change(const Row& row, LoggedChange& change) {
  change.lsn = row.integer(0);
  change.op = static_cast<Op>(row.integer(1));
  change.kind = row.text(2);
  change.id = row.text(3);
  change.shop_id = row.text(4);
  change.user_id = row.text(5);
  change.version = row.integer(6);
  change.audience =
      (row.integer(7) != 0 ? storage::kPublic : 0) | (row.integer(8) != 0 ? storage::kDesk : 0) |
      (row.integer(9) != 0 ? storage::kOwner : 0) | (row.integer(10) != 0 ? storage::kAdmin : 0);
  change.public_before = row.integer(11) != 0;
  change.public_after = row.integer(12) != 0;
  change.changed = row.text(13);
  change.image = row.text(14);
}

std::string_view text_of_member(const boost::json::object& image, std::string_view name) {
  const auto* value = image.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

/// The record that a change carries, as far as its rooms follow from it.
std::optional<RecordImage> image_in(const KindSpec& kind, const LoggedChange& change) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(change.image, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const boost::json::object& members = parsed.get_object();
  const auto named = [&](FieldIndex field) {
    return field == kNoField ? std::string()
                             : std::string(text_of_member(members, kind.fields[field].name));
  };
  RecordImage image;
  image.kind = kind.kind;
  image.id = text_of_member(members, "id");
  image.shop_id = named(kind.shop_field);
  image.user_id = named(kind.user_field);
  const auto* version = members.if_contains("version");
  if (version != nullptr && version->is_int64()) image.version = version->get_int64();
  Record record(kind.kind);
  if (kind.public_field != kNoField) record.set(kind.public_field, named(kind.public_field));
  image.is_public = record.is_public();
  return image;
}

/// Rooms of `missing` whose chain was not given up behind this change.
int not_given_up(const PrunedRooms& pruned, const LoggedChange& change, int missing) {
  const auto gone = [&](storage::Audience audience, const std::string& key) {
    const auto found = pruned.find({audience, key});
    return found != pruned.end() && found->second >= change.lsn;
  };
  int left = missing;
  if (gone(storage::kPublic, "") && gone(storage::kPublic, change.shop_id)) {
    left &= ~storage::kPublic;
  }
  if (gone(storage::kDesk, change.shop_id)) left &= ~storage::kDesk;
  if (gone(storage::kOwner, change.user_id)) left &= ~storage::kOwner;
  if (gone(storage::kAdmin, "")) left &= ~storage::kAdmin;
  return left;
}

std::string names_of(int audience) {
  std::string names;
  const auto add = [&](int bit, std::string_view name) {
    if ((audience & bit) == 0) return;
    if (!names.empty()) names += ", ";
    names += name;
  };
  add(storage::kPublic, "public");
  add(storage::kDesk, "desk");
  add(storage::kOwner, "owner");
  add(storage::kAdmin, "admin");
  return names;
}

bool names(std::string_view list, std::string_view name) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

/// Whether anyone could see the record before a change that left it (or, for a delete, found it) as
/// public as `is_public`. What an update of the deciding field came from only the change itself
/// says.
bool public_before(const KindSpec& kind, const LoggedChange& change, bool is_public) {
  if (change.op == Op::kCreated) return false;
  const bool decided = change.op == Op::kUpdated && kind.public_field != kNoField &&
                       names(change.changed, kind.fields[kind.public_field].name);
  return decided ? change.public_before : is_public;
}

void check_rooms(const PrunedRooms& pruned, const KindSpec& kind, const LoggedChange& change,
                 Findings& findings) {
  const std::string where = change_at(change.lsn) + " of " + change.kind + ' ' + change.id;
  const auto image = image_in(kind, change);
  if (!image) return findings.add(where, "Its record is no JSON object.");
  const std::int64_t version = image->version + (change.op == Op::kDeleted ? 1 : 0);
  if (image->id != change.id || version != change.version || image->shop_id != change.shop_id ||
      image->user_id != change.user_id) {
    findings.add(where, "Its columns name another record, version, shop or user than its record.");
  }
  const bool before = public_before(kind, change, image->is_public);
  const bool after = change.op != Op::kDeleted && image->is_public;
  if (before != change.public_before || after != change.public_after) {
    findings.add(where, "It does not say rightly whether the record was or is public.");
  }
  const int expected = change.op == Op::kUpdated
                           ? audience_of_update(kind, *image, change.public_before, change.changed)
                           : audience_of_whole(kind, *image);
  const int extra = change.audience & ~expected;
  if (extra != 0)
    findings.add(where, "It is shown to those who may not see it: " + names_of(extra));
  const int missing = not_given_up(pruned, change, expected & ~change.audience);
  if (missing != 0) findings.add(where, "It is kept from who may see it: " + names_of(missing));
}

/// A room's chain is given up to where it was pruned, or to the last bulk that it was told of by a
/// reset.
PrunedRooms given_up_rooms(storage::Queries& queries) {
  PrunedRooms rooms = pruned_rooms(queries);
  const bool running = bulk_is_running(queries);
  const auto give_up = [&](int audience, const std::string& key, std::int64_t lsn) {
    auto& upto = rooms[{audience, key}];
    upto = std::max(upto, lsn);
  };
  queries.query("SELECT lsn, shop_id, user_id, to_owner FROM changes WHERE kind = $1 ORDER BY lsn",
                {kBulkKind}, [&](const Row& row) {
                  const std::int64_t lsn = row.integer(0);
                  if (row.integer(3) != 0)
                    return give_up(storage::kOwner, std::string(row.text(2)), lsn);
                  const std::string shop(row.text(1));
                  give_up(storage::kPublic, "", lsn);
                  give_up(storage::kAdmin, "", lsn);
                  give_up(storage::kPublic, shop, lsn);
                  give_up(storage::kDesk, shop, lsn);
                });
  if (running) {
    queries.query("SELECT shop_id, user_id FROM bulk_rooms", {}, [&](const Row& row) {
      const bool of_user = !row.text(1).empty();
      if (of_user) return give_up(storage::kOwner, std::string(row.text(1)), INT64_MAX);
      for (const std::string& key : {std::string(), std::string(row.text(0))}) {
        give_up(storage::kPublic, key, INT64_MAX);
        give_up(storage::kDesk, key, INT64_MAX);
      }
      give_up(storage::kAdmin, "", INT64_MAX);
    });
  }
  return rooms;
}

}  // namespace

void check_log_order(storage::Queries& queries, Findings& findings) {
  std::int64_t last = 0;
  std::int64_t last_txn = 0;
  queries.query("SELECT lsn, txn FROM changes ORDER BY lsn", {}, [&](const Row& row) {
    const std::int64_t lsn = row.integer(0);
    const std::int64_t txn = row.integer(1);
    if (last != 0 && lsn != last + 1) {
      findings.add(change_at(last + 1), "The log goes from " + std::to_string(last) + " to " +
                                            std::to_string(lsn) + ".");
    }
    // The log may begin inside a transaction whose start was pruned.
    if (txn != lsn && (last == 0 ? txn > lsn : txn != last_txn)) {
      findings.add(change_at(lsn), "It belongs to transaction " + std::to_string(txn) +
                                       ", which is not the one before it and does not begin here.");
    }
    last = lsn;
    last_txn = txn;
  });
  if (storage::log_position(queries).epoch.empty()) {
    findings.add("the log", "It has no epoch, so no position in it means anything.");
  }
  for (const auto& [room, lsn] : pruned_rooms(queries)) {
    if (lsn >= 0 && lsn <= last) continue;
    findings.add("room " + std::to_string(room.first) + ' ' + room.second,
                 "It is said to be pruned up to " + std::to_string(lsn) +
                     ", which the log has not reached.");
  }
}

void check_change_rooms(storage::Queries& queries, Findings& findings) {
  const PrunedRooms pruned = given_up_rooms(queries);
  LoggedChange change;
  queries.query(kAllChanges, {}, [&](const Row& row) {
    read_change(row, change);
    const KindSpec* kind = find_kind(change.kind);
    if (kind != nullptr) return check_rooms(pruned, *kind, change, findings);
    if (change.kind == kBulkKind) return;
    // Sessions are in the log for those who must hear that rights changed, and in no room.
    if (change.kind != kSessionKind) {
      findings.add(change_at(change.lsn), "There is no kind \"" + change.kind + "\".");
    } else if (change.audience != 0) {
      findings.add(change_at(change.lsn), "A session is in a room.");
    }
  });
}

}  // namespace tillcast::commerce
