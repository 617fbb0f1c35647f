// What the feed tells a loop. Each call comes from the feed's thread, in log order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "feed/projection.h"

namespace tillcast::feed {

/// What one room is told of one batch.
struct RoomMessages {
  auth::RoomName room;
  std::vector<Message> messages;
};

/// A room of which the feed has lost changes for good: who follows it must start over.
struct RoomReset {
  auth::RoomName room;
  /// The last of those changes.
  Lsn upto;
};

/// One batch as one subscriber sees it: the rooms that it has open and that the batch touches.
struct Delivery {
  Lsn first;
  Lsn last;
  /// Told before `rooms`.
  std::vector<RoomReset> resets;
  std::vector<std::shared_ptr<const RoomMessages>> rooms;
  /// Users whose role, memberships or sessions the batch may have changed.
  std::vector<std::string> users;
  /// The feed lost count of them: all users may have changed.
  bool everybody_changed = false;

  [[nodiscard]] std::size_t message_count() const {
    std::size_t count = resets.size();
    for (const auto& room : rooms) count += room->messages.size();
    return count;
  }
};

/// One loop as one contract uses it. Must not block the feed: it posts to its loop.
class Subscriber {
 public:
  virtual ~Subscriber() = default;

  [[nodiscard]] virtual const Projection& projection() const = 0;

  /// The room is open: every later delivery has it. `head` is its last lsn and `at` the log's, as
  /// far as the feed has come. `token` is the one that Feed::open() was given.
  virtual void opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at) = 0;

  /// The feed waits when too many deliveries are still held: let go of it once it is handled.
  virtual void deliver(std::shared_ptr<const Delivery> delivery) = 0;
};

}  // namespace tillcast::feed
