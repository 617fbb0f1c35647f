// Many records at once, by an import or a seed: staged outside the log, checked as a whole, then
// applied in bounded groups between other commands.
//
//   BulkStage: rows → tables of bulk_tables.h      nobody sees anything of it
//   check:     every fault is found                 one fault, and nothing is applied
//   apply:     a group a command, rows leave the tables with it, so a crash goes on where it was
//
// A room that is owed more than limits::kBulkRoomChangesMax changes is told none of them, but one
// `reset` at the end: the change of kind kBulkKind in the log, which stands in the room in their
// place.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/problem.h"
#include "commerce/bulk_row.h"
#include "storage/database.h"

namespace tillcast::commerce {

/// In the log, the place of what a bulk changed in a room.
inline constexpr std::string_view kBulkKind = "bulk";

/// Runs a step as one durable transaction; what it throws undoes it and comes through.
using BulkRun = std::function<void(const std::function<void(storage::Transaction&)>&)>;

/// Rows done, and all of them.
using BulkProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// One row that cannot be taken, and why.
struct BulkFault {
  std::int64_t line = 0;
  std::string detail;
};

/// Another bulk is being applied, or another process has begun one: this one is not.
class BulkBusy : public std::runtime_error {
 public:
  BulkBusy() : std::runtime_error("Another import or seed is under way: wait for it.") {}
};

/// Where the rows go, and who brings them.
struct BulkTarget {
  /// All rows belong to this shop; empty if each names its own.
  std::string shop_id{};
  /// The user; empty for the system.
  std::string by{};
  /// What the shop's people see the job by: `import` or `seed`.
  std::string worker = "import";
};

/// Takes rows in. One at a time a store. Memory is one group of rows and the faults.
class BulkStage {
 public:
  /// Forgets what an earlier one left that was not begun to be applied. Throws BulkBusy if one is
  /// being applied: finish that first. The calls after it throw it if another process has begun a
  /// bulk since.
  BulkStage(BulkRun run, IdSource& ids, const Clock& clock, BulkTarget target);

  /// A row of line `line`, counted from 1. Lines only go up.
  void add(std::int64_t line, Outcome<BulkRow> row);
  /// Checks all of it. Without a fault the rows are ready to be applied, and a crash from here on
  /// goes on with it; with one nothing is kept. At most limits::kBulkErrorsMax faults, by line.
  std::vector<BulkFault> finish();

 private:
  struct Staged {
    std::int64_t line;
    Record record;
    std::string body;
  };
  void refuse(std::int64_t line, std::string detail);
  std::optional<std::string> complete(Record& record) const;
  void flush();

  BulkRun run_;
  IdSource& ids_;
  const Clock& clock_;
  BulkTarget target_;
  std::string id_;
  std::vector<Staged> group_;
  std::vector<BulkFault> faults_;
  std::int64_t rows_ = 0;
};

/// Applies what is staged and checked, here and after a crash alike. Gives the number of rows; 0 if
/// there is nothing to apply.
std::int64_t apply_bulk(const BulkRun& run, IdSource& ids, const Clock& clock,
                        const BulkProgress& progress = {});

/// The lines of a JSON Lines or CSV text, a row each; empty lines are passed over. The first line
/// of a CSV names its fields, and its rows are products.
void read_json_lines(std::istream& in,
                     const std::function<void(std::int64_t, Outcome<BulkRow>)>& row);
void read_csv_products(std::istream& in,
                       const std::function<void(std::int64_t, Outcome<BulkRow>)>& row);

}  // namespace tillcast::commerce
