// What the commands of the commit thread keep in memory: records that they read by id, the
// sessions and tokens of those who asked, sums that they added to, and new records that no other
// refers to. A group writes the latter two at its end, each sum once, and some sums are told once
// as well; what was read stays for the next group.
//
// That is exact because the group's transaction is the only one that writes meanwhile (SQLite's
// write lock, PostgreSQL's advisory lock), because what is held back can be written in any order,
// and because any other statement has it written first and, if it writes, what was read forgotten
// (storage::Transaction), but for one that writes a single record which is then replaced here. What
// another process changes between two groups shows in the log.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/principal.h"
#include "auth/tokens.h"
#include "commerce/record.h"
#include "commerce/schema.h"
#include "storage/database.h"
#include "storage/group_memory.h"

namespace tillcast::commerce {

/// When the log is told of a sum: by whoever adds to it, or by the group at its end.
enum class Telling : std::uint8_t { kAtOnce, kWithGroup };

/// What is added to the additive fields of a record, in the order of the table.
struct Addition {
  std::span<const std::int64_t> deltas;
  Telling telling;
  std::int64_t now_ms;
};

/// Records, callers and tokens that are kept from group to group.
inline constexpr std::size_t kKnownRecordsMax = 4'096;

/// Owned by the groups' transaction. Commit thread only. What is held back is bounded by what a
/// group may hold (limits::kGroupBytesMax, kGroupCommandsMax).
class GroupRecords final : public storage::GroupMemory {
 public:
  /// Those of the running group.
  static GroupRecords& of(storage::Transaction& transaction);

  /// The record as the group's commands left it; null if there is none. Good until the next call.
  const Record* find(storage::Transaction& transaction, Kind kind, std::string_view id);

  /// Adds to a record and stamps it; its version goes up, at the group's end if it is told then. A
  /// field that is absent stays so. Null if there is no such record or a field would leave its
  /// bounds.
  const Record* add(storage::Transaction& transaction, Kind kind, std::string_view id,
                    const Addition& addition);

  /// The record was written past the memory, as it is now. It has no sums.
  void replace(const Record& record);

  /// Holds back a new record of a kind whose `inserts_held` says so.
  void insert(const Record& record);

  /// Whose session was found by this key; null if none was.
  [[nodiscard]] const auth::Principal* caller(std::string_view key) const;
  void keep_caller(std::string_view key, const auth::Principal& who);
  /// What an access token says whose signature was found good; null if this one was not seen.
  [[nodiscard]] const auth::AccessClaims* claims(std::string_view token) const;
  void keep_claims(std::string_view token, const auth::AccessClaims& claims);

  /// Orders of a shop are counted 1, 2, 3 … in the transaction, so no number is left out.
  std::int64_t next_order_number(storage::Transaction& transaction, const std::string& shop_id);

  void begin_command() override;
  void undo_command() override;
  [[nodiscard]] bool holds() const override { return !inserts_.empty() || !sums_.empty(); }
  [[nodiscard]] bool command_holds() const override { return !undo_.empty(); }
  void write(storage::Transaction& through) override;
  void forget() override;

 private:
  struct Entry {
    Record record;
    /// What the row lacks: so many additions, and the sums of their deltas.
    std::int64_t adds = 0;
    std::vector<std::int64_t> deltas{};
    Telling telling = Telling::kAtOnce;
    /// It stands in sums_.
    bool listed = false;
  };
  struct Key {
    Kind kind;
    std::string id;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.id) ^ static_cast<std::size_t>(key.kind);
    }
  };

  Entry* entry(storage::Transaction& transaction, Kind kind, std::string_view id);
  void hold(Entry& entry);
  static void write_sum(storage::Transaction& through, Entry& entry);

  std::unordered_map<Key, Entry, KeyHash> known_;
  /// Those of known_ that rows lack something of, in the order in which the commands came to them.
  std::vector<Entry*> sums_;
  std::vector<Record> inserts_;
  std::map<std::string, std::int64_t, std::less<>> order_numbers_;
  std::map<std::string, auth::Principal, std::less<>> callers_;
  /// By hash, so that the time a search takes tells nobody how much of a token he guessed. What
  /// they say stays true whatever is written.
  std::unordered_map<std::string, auth::AccessClaims> claims_;
  /// What takes back what the running command holds back, the first done first.
  std::vector<std::function<void()>> undo_;
};

}  // namespace tillcast::commerce
