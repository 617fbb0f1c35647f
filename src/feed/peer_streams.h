// The rooms that one peer follows.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "feed/log_pages.h"
#include "feed/room_stream.h"
#include "feed/session_recovery.h"
#include "realtime/peer.h"

namespace tillcast::feed {

class LoopStreams;

/// Dies with its peer. The loop's thread only. Says nothing about who may follow what: its owner
/// has asked the policy.
class PeerStreams {
 public:
  PeerStreams(LoopStreams& loop, realtime::Peer& peer);
  ~PeerStreams();
  PeerStreams(const PeerStreams&) = delete;
  PeerStreams& operator=(const PeerStreams&) = delete;

  /// Follows the room: live from now on, or with `since` from there, or from now on after a `reset`
  /// notice. A room that is followed already is answered again, and with `since` replayed again.
  /// 429 `too_many_rooms`; 409 `superseded` for a join that is not answered when the next one
  /// comes; 503 `not_committed` if the room cannot be stored with a session that is to be
  /// recovered.
  void join(const auth::RoomName& room, const std::optional<Position>& since, JoinDone done);
  /// Follows the room with all that it gets after `since`, a place of this log that was read for
  /// this peer; nothing is done if it follows it already. False above the number of rooms. Holds
  /// the peer: with release() it is read and goes on together with what was held, in order.
  bool follow_own(const auth::RoomName& room, Lsn since);
  void leave(const auth::RoomName& room);
  [[nodiscard]] std::vector<auth::RoomName> rooms() const;

  /// From now on nothing of rooms that are not public is sent, until release(): it is being found
  /// out whether they are still this peer's. Those that are not are left in the meantime.
  void hold();
  /// Goes on where it was held; nothing is left out.
  void release();
  [[nodiscard]] bool held() const { return held_; }

  /// What a session is to be found in that is recovered.
  [[nodiscard]] std::vector<realtime::SavedRoom> saved_rooms() const;
  /// Follows the rooms of a session that was lost; only for a peer that follows none yet.
  void recover(const realtime::SavedSession& session, std::optional<realtime::EventPlace> last,
               SessionRecovery::Done done);

 private:
  friend class LoopStreams;
  friend class RoomStream;
  friend class SessionRecovery;

  [[nodiscard]] Subscription* find(const auth::RoomName& room) const;
  /// It follows another room in which the same is told, or is in one that does not want it.
  [[nodiscard]] bool is_told_elsewhere(const Message& message) const;
  void add(RoomStream& stream, const std::optional<Position>& since, JoinDone done);
  void drop(Subscription& subscription);

  /// The room is open on this loop: it becomes part of the session, and then is followed.
  void begin(Subscription& subscription);
  void saved(std::uint32_t number, bool good);
  void follow(Subscription& subscription);
  /// The peer was sent all of the room up to `sent`.
  void follow_on(RoomStream& stream, const realtime::SavedRoom& room, Lsn sent);
  void go_live(Subscription& subscription);
  [[nodiscard]] bool is_held(const Subscription& subscription) const;
  void go_on(Subscription& subscription);
  void go_on_all();

  /// A contract's own room that is not followed yet.
  struct OwnRoom {
    auth::RoomName name;
    Lsn since;
  };
  /// As it is in the session from before anything of it is sent.
  [[nodiscard]] realtime::SavedRoom to_save(const OwnRoom& room) const;
  /// All that is held and the own rooms, as one stream in order, so that the offset of the last
  /// event says what of each was sent.
  void catch_up();
  void stop_catching_up();
  void read_held();
  void held_arrived(const std::shared_ptr<const realtime::Missed>& missed);
  void start_replay(Subscription& subscription);
  void answer(Subscription& subscription, Outcome<Joined> outcome);
  void start_over(Subscription& subscription, ResetReason reason);
  void send(const std::vector<Message>& messages, Lsn after);

  /// One page is on its way at a time, whatever the number of rooms, so that the peer is never owed
  /// more than that.
  void next_page();
  void ask_for_page();
  void page_arrived(const ReplayPage* page);
  void take_page(Subscription& subscription, const ReplayPage& page);
  void log_is_read(Subscription& subscription, Lsn snapshot);

  LoopStreams& loop_;
  realtime::Peer& peer_;
  realtime::Handle handle_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
  std::unique_ptr<SessionRecovery> recovery_;
  std::deque<Subscription*> replaying_;
  /// Whose page was asked for; null if it has left since.
  Subscription* asked_for_ = nullptr;
  bool busy_ = false;
  bool held_ = false;
  std::vector<OwnRoom> own_;
  /// What was sent when it was held is up to here; 0 if it followed nothing.
  Lsn sent_;
  /// Of the last catch_up(): an earlier one is not gone on with.
  std::uint32_t catch_up_ = 0;
  bool reads_held_ = false;
  std::uint32_t recoveries_ = 0;
  std::uint32_t last_number_ = 0;
};

}  // namespace tillcast::feed
