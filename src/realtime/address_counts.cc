#include "realtime/address_counts.h"

namespace tillcast::realtime {

AddressCounts::Slot::~Slot() {
  if (entry_ != nullptr) entry_->owner->leave(*entry_);
}

std::optional<AddressCounts::Slot> AddressCounts::enter(const std::string& address) {
  if (max_ <= 0) return Slot();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(address);
  if (found != entries_.end() && found->second.open >= max_) return std::nullopt;
  Entry& entry = found != entries_.end() ? found->second : entries_[address];
  entry.owner = this;
  entry.address = address;
  ++entry.open;
  return Slot(entry);
}

void AddressCounts::leave(Entry& entry) {
  const std::lock_guard lock(mutex_);
  if (--entry.open > 0) return;
  const std::string address = entry.address;
  entries_.erase(address);
}

std::size_t AddressCounts::addresses() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace tillcast::realtime
