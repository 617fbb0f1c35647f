// What a contract makes of the log: the interfaces by which a dialect gives the feed its words.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "base/problem.h"
#include "realtime/publication.h"
#include "storage/change_log.h"

namespace tillcast::feed {

/// A message of a room and its change's place in the log. The publication's own place is that of
/// the message among all that is told of the change.
struct Message {
  Lsn lsn;
  realtime::SharedPublication publication;
  /// Rooms whose members are not told here: native ones, because they are told the same there, or
  /// rooms of the contract's own, because they do not want it.
  std::vector<std::string> unless_in{};
};

/// The index of a room's first message of a change among the messages of that change. A change is
/// in one room of a kind at most, so who is in several of its rooms gets them in this order.
inline std::uint32_t event_index(const auth::RoomName& room) {
  return static_cast<std::uint32_t>(room.kind);
}

/// The changes of one transaction that are in one room's chain, in log order. A replay that starts
/// inside a transaction gives the rest of it.
using RoomSlice = std::span<const storage::Change* const>;

/// How a contract tells changes. Pure, so that a replay gives the same bytes as the live run: it
/// reads no table, no clock and no state. Any thread.
class Projection {
 public:
  virtual ~Projection() = default;

  /// Appends what `changes` mean in `room`. `prev` is the lsn before the first of them in that
  /// room.
  virtual void project(const auth::RoomName& room, Lsn prev, RoomSlice changes,
                       std::vector<Message>& out) const = 0;
  /// The highest index that a message of a change can have in `room`.
  [[nodiscard]] virtual std::uint32_t last_index(const auth::RoomName& room) const {
    return event_index(room);
  }
};

/// The rooms that a contract's connections are in without asking, by who they are. Pure.
using OwnRooms = std::vector<auth::RoomName> (*)(const auth::Principal&);

/// Why a room cannot be resumed from the position that was asked for.
enum class ResetReason : std::uint8_t {
  /// The position is of another history of the data.
  kOtherEpoch,
  /// Changes after it are pruned.
  kTooOld,
  /// The log never got that far.
  kAhead,
};
/// `other_epoch`, `too_old`, `ahead`.
std::string_view to_string(ResetReason reason);

/// How a contract tells what happens to a live session. Pure; any thread.
class Notices {
 public:
  virtual ~Notices() = default;

  [[nodiscard]] virtual realtime::Publication reset(const auth::RoomName& room,
                                                    ResetReason reason) const = 0;
  /// The session may no longer see the room.
  [[nodiscard]] virtual realtime::Publication left(const auth::RoomName& room,
                                                   std::string_view code) const = 0;
  /// The session's credential ends.
  [[nodiscard]] virtual realtime::Publication expiring(std::int64_t in_s) const = 0;
  /// The connection is closed for that; by default its close code and reason say enough.
  [[nodiscard]] virtual realtime::Publication ended(const Problem& /*problem*/,
                                                    std::int64_t /*at_ms*/) const {
    return {};
  }
};

}  // namespace tillcast::feed
