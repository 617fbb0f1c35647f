// The last messages of a room on one loop, kept while somebody is catching up.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "feed/projection.h"

namespace tillcast::feed {

/// Has every message of the room after from(), up to what the loop has delivered. Bounded: the
/// oldest go first, and from() moves on. One thread.
class RecentMessages {
 public:
  explicit RecentMessages(std::size_t messages_max) : messages_max_(messages_max) {}

  [[nodiscard]] Lsn from() const { return from_; }

  /// Forgets what is there and begins behind `from`.
  void restart(Lsn from);
  void append(const std::vector<Message>& messages);

  /// The messages after `lsn`; nothing if some of them are gone, or if they are more than
  /// `messages_max` or hold more than `bytes_max`, so that the log is the better place to read
  /// them.
  [[nodiscard]] std::optional<std::vector<Message>> after(Lsn lsn, std::size_t messages_max,
                                                          std::size_t bytes_max) const;

 private:
  std::size_t messages_max_;
  Lsn from_;
  std::deque<Message> messages_;
};

}  // namespace tillcast::feed
