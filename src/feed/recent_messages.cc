#include "feed/recent_messages.h"

#include <algorithm>
#include <iterator>

namespace tillcast::feed {

void RecentMessages::restart(Lsn from) {
  messages_.clear();
  from_ = from;
}

void RecentMessages::append(const std::vector<Message>& messages) {
  messages_.insert(messages_.end(), messages.begin(), messages.end());
  while (messages_.size() > messages_max_) {
    from_ = messages_.front().lsn;
    messages_.pop_front();
  }
}

std::optional<std::vector<Message>> RecentMessages::after(Lsn lsn, std::size_t messages_max,
                                                          std::size_t bytes_max) const {
  if (lsn < from_) return std::nullopt;
  const auto first =
      std::upper_bound(messages_.begin(), messages_.end(), lsn,
                       [](Lsn value, const Message& message) { return value < message.lsn; });
  if (static_cast<std::size_t>(std::distance(first, messages_.end())) > messages_max) {
    return std::nullopt;
  }
  std::size_t bytes = 0;
  for (auto message = first; message != messages_.end(); ++message) {
    bytes += message->publication->text.size();
  }
  if (bytes > bytes_max) return std::nullopt;
  return std::vector<Message>(first, messages_.end());
}

}  // namespace tillcast::feed
