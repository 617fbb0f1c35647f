// One room on one loop: how far it has come, and who follows it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "base/problem.h"
#include "feed/log_pages.h"
#include "feed/recent_messages.h"
#include "feed/subscriber.h"
#include "realtime/room.h"

namespace tillcast::feed {

class PeerStreams;
class RoomStream;

/// The answer to a join: changes follow from `position` on. Not resumed means that what the client
/// has of the room may be too old, so it fetches the snapshot.
struct Joined {
  Position position;
  bool resumed = false;
};
using JoinDone = std::function<void(Outcome<Joined>)>;

/// Beyond every lsn.
inline constexpr Lsn kEnd{std::numeric_limits<std::int64_t>::max()};

/// One peer in one room.
struct Subscription {
  enum class Progress : std::uint8_t {
    kOpening,    // the loop does not get the room yet
    kSaving,     // the room is being added to the peer's session
    kReplaying,  // reads pages of the log
    kWaiting,    // was sent the log up to `cursor`, which is beyond what the loop was told
    kLive,       // is a member of the realtime room
    kHeld,       // was sent the room up to `cursor`, and nothing more until it is known who it is
  };

  PeerStreams& peer;
  RoomStream& stream;
  Progress progress = Progress::kOpening;
  std::optional<Position> since{};
  /// While it replays or waits: all of the room up to here was sent.
  Lsn cursor{};
  /// What a session that is recovered goes on from (realtime::SavedRoom).
  Lsn from{};
  Lsn until{};
  std::uint32_t number = 0;
  // What happened while its peer was held.
  bool saved = false;
  std::optional<ResetReason> reset{};
  /// Empty once it is answered.
  JoinDone done{};
};

/// Something else that wants to know that a room was opened or got something.
class RoomWatcher {
 public:
  virtual void room_moved() = 0;
  /// What the room got, before room_moved() is called for it.
  virtual void delivered(const Delivery&, const RoomMessages&) {}
  /// The room's changes up to `upto` are pruned and were not all told (RoomStream::lost()).
  virtual void lost(const auth::RoomName&, Lsn /*upto*/) {}

 protected:
  ~RoomWatcher() = default;
};

/// The loop's thread only. Owned by LoopStreams while anybody follows it.
class RoomStream {
 public:
  RoomStream(realtime::Space& space, auth::RoomName room, std::uint64_t token,
             const ReplayLimits& limits)
      : space_(space),
        room_(std::move(room)),
        name_(room_.to_string()),
        token_(token),
        limits_(limits),
        recent_(limits.recent_messages_max) {}
  RoomStream(const RoomStream&) = delete;
  RoomStream& operator=(const RoomStream&) = delete;

  [[nodiscard]] const auth::RoomName& room() const { return room_; }
  /// The name of the realtime room that its live members are in.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t token() const { return token_; }
  [[nodiscard]] bool is_open() const { return open_; }
  /// The room's last lsn, as far as this loop was told.
  [[nodiscard]] Lsn head() const { return head_; }

  void add(Subscription& subscription);
  void remove(Subscription& subscription);
  void add(RoomWatcher& watcher) { watchers_.push_back(&watcher); }
  void remove(RoomWatcher& watcher) { std::erase(watchers_, &watcher); }
  [[nodiscard]] bool unused() const { return subscriptions_ == 0 && watchers_.empty(); }

  /// The loop gets the room from now on; those who wait for that begin.
  void opened(Lsn head);

  /// From now on the room keeps its messages for `subscription`, until that is live or gone.
  void start_replay(Subscription& subscription, Lsn delivered);
  /// The same for a session that is recovered, until stop_keeping().
  void start_keeping(Lsn delivered);
  void stop_keeping() { --keepers_; }
  /// What the room got after `lsn`; nothing if the log has to be read again for it.
  [[nodiscard]] std::optional<std::vector<Message>> recent_after(Lsn lsn) const;
  /// `subscription` is a member of the realtime room now.
  void went_live(Subscription& subscription);
  /// It is none any more, and was sent all up to `sent`.
  void hold(Subscription& subscription, Lsn sent);

  /// The room's changes up to `upto` are pruned, and some of them were not told: everybody starts
  /// over. Those who are live get `notice`.
  void lost(Lsn upto, realtime::Publication notice);
  // A delivery, in three steps, so that the messages of several rooms go out in their order.

  /// Those who wait for it join.
  void begin_delivery(const Delivery& delivery);
  /// To those who are live, and to those who have all before it but joined none too soon.
  void tell(const Message& message);
  void end_delivery(const Delivery& delivery, const RoomMessages& messages);
  /// Whom to tell that the room was opened or moved.
  [[nodiscard]] std::vector<RoomWatcher*> watchers() const { return watchers_; }

 private:
  [[nodiscard]] bool keeps_messages() const;
  /// To those members who are in none of the rooms where the same is told.
  void tell_others(const Message& message) const;

  realtime::Space& space_;
  auth::RoomName room_;
  std::string name_;
  std::uint64_t token_;
  bool open_ = false;
  Lsn head_;
  std::size_t subscriptions_ = 0;
  std::size_t keepers_ = 0;
  /// Those that are not live.
  std::vector<Subscription*> behind_;
  ReplayLimits limits_;
  RecentMessages recent_;
  std::vector<RoomWatcher*> watchers_;
};

}  // namespace tillcast::feed
