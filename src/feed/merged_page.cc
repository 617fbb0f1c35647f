#include "feed/merged_page.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tillcast::feed {

void sort_by_lsn(std::vector<Message>& messages) {
  std::stable_sort(messages.begin(), messages.end(),
                   [](const Message& a, const Message& b) { return a.lsn < b.lsn; });
}

MergedPage read_merged_page(storage::Queries& queries, const Projection& projection,
                            const std::vector<RoomSince>& rooms, const ReplayLimits& limits) {
  ReplayLimits each = limits;
  each.page_changes_max = std::max<std::size_t>(limits.page_changes_max / rooms.size(), 1);
  each.page_bytes_max = std::max<std::size_t>(limits.page_bytes_max / rooms.size(), 1);
  MergedPage merged;
  merged.head = storage::log_position(queries).lsn;
  merged.end = merged.head;
  for (const auto& [room, since] : rooms) {
    ReplayPage page = read_replay_page(queries, projection, room, since, each);
    if (!page.exact || since > page.head) {
      merged.resets.push_back({room, page.exact ? ResetReason::kAhead : ResetReason::kTooOld});
      continue;
    }
    if (!page.complete) {
      merged.complete = false;
      merged.end = std::min(merged.end, page.end);
    }
    std::move(page.messages.begin(), page.messages.end(), std::back_inserter(merged.messages));
  }
  // What is beyond the shortest of the rooms' pages comes with the next one.
  std::erase_if(merged.messages, [&](const Message& message) { return message.lsn > merged.end; });
  sort_by_lsn(merged.messages);
  return merged;
}

}  // namespace tillcast::feed
