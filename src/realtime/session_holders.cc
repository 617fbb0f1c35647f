#include "realtime/session_holders.h"

#include <utility>

namespace tillcast::realtime {

bool SessionHolders::claim(std::string_view pid, PeerRef by) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[key(pid)];
  if (entry.claimant != PeerRef()) return false;
  entry.claimant = by;
  return true;
}

PeerRef SessionHolders::take_from_holder(std::string_view pid) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key(pid));
  return found == entries_.end() ? PeerRef() : std::exchange(found->second.holder, PeerRef());
}

void SessionHolders::settle(std::string_view pid, PeerRef by) {
  const std::lock_guard lock(mutex_);
  entries_[key(pid)] = Entry{by, {}};
}

void SessionHolders::give_up(std::string_view pid, PeerRef by) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key(pid));
  if (found == entries_.end() || found->second.claimant != by) return;
  found->second.claimant = PeerRef();
  if (found->second.holder == PeerRef()) entries_.erase(found);
}

bool SessionHolders::release(std::string_view pid, PeerRef by) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key(pid));
  if (found == entries_.end() || found->second.holder != by) return false;
  found->second.holder = PeerRef();
  if (found->second.claimant == PeerRef()) entries_.erase(found);
  return true;
}

std::size_t SessionHolders::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace tillcast::realtime
