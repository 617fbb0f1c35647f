#include "feed/last_changes.h"

#include <functional>

namespace tillcast::feed {

LastChanges::LastChanges(Lsn start) : position_(start.get()) {
  for (auto& cell : cells_) cell.store(start.get(), std::memory_order_relaxed);
}

void LastChanges::note(const storage::CommittedBatch& batch) {
  if (batch.transactions.empty() || batch.last <= position()) return;
  if (batch.first.get() != position().get() + 1) {
    for (std::size_t i = 0; i < cells_.size(); ++i) touch(i, batch.last);
  } else {
    for (const storage::CommittedTransaction& transaction : batch.transactions) {
      for (const storage::Change& change : transaction.changes) {
        touch(cell(change.kind, {}), change.lsn);
        if (!change.shop_id.empty()) touch(cell(change.kind, change.shop_id), change.lsn);
      }
    }
  }
  position_.store(batch.last.get(), std::memory_order_release);
}

std::size_t LastChanges::cell(std::string_view kind, std::string_view shop_id) {
  const std::hash<std::string_view> hash;
  return (hash(kind) * 31 + hash(shop_id)) % limits::kDependencyCells;
}

}  // namespace tillcast::feed
