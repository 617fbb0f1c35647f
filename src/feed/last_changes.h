// When something was last changed, by what it was: what an answer that is kept in memory is held
// against. Follows the feed's door, so that it knows of a change before whoever made it is
// answered.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "base/limits.h"
#include "storage/change_log.h"

namespace tillcast::feed {

/// note() on one thread at a time; everything else on any, without a lock. Its size is fixed: two
/// things that fall into one cell are only changed a little more often.
class LastChanges {
 public:
  /// Everything counts as changed at `start`.
  explicit LastChanges(Lsn start);

  /// Batches in log order. One that was noted is passed over; where some are left out, everything
  /// counts as changed.
  void note(const storage::CommittedBatch& batch);

  /// The cell of all changes of `kind` in the shop; of all shops if `shop_id` is empty.
  [[nodiscard]] static std::size_t cell(std::string_view kind, std::string_view shop_id);
  /// The lsn of the last change in the cell.
  [[nodiscard]] Lsn last(std::size_t cell) const {
    return Lsn{cells_[cell].load(std::memory_order_acquire)};
  }
  /// All changes up to here are noted.
  [[nodiscard]] Lsn position() const { return Lsn{position_.load(std::memory_order_acquire)}; }

 private:
  void touch(std::size_t cell, Lsn lsn) {
    cells_[cell].store(lsn.get(), std::memory_order_release);
  }

  std::array<std::atomic<std::uint64_t>, limits::kDependencyCells> cells_;
  std::atomic<std::uint64_t> position_;
};

}  // namespace tillcast::feed
