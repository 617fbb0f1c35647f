// The rooms that one client follows as server-sent events: one stream in the order of the log.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "base/timer_wheel.h"
#include "feed/event_channel.h"
#include "feed/merged_page.h"
#include "realtime/event_stream_peer.h"

namespace tillcast::feed {

class LoopStreams;

/// Dies with its peer. The loop's thread only. Says nothing about who may follow what: its owner
/// has asked the policy. A client that was away is a cursor: it is sent one page of the log at a
/// time, the next one when its socket took the last, and then shares what the channel is sent.
///
/// The client is told its position by an id alone when it is live, and every
/// limits::kEventStreamIdMs, also when no room is left: so a client that vanished is noticed.
class EventStream final : private Timer {
 public:
  EventStream(LoopStreams& loop, realtime::EventStreamPeer& peer, std::vector<auth::RoomName> rooms,
              std::optional<Position> since);
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  [[nodiscard]] const std::vector<auth::RoomName>& rooms() const { return rooms_; }
  /// Goes on with the others, from where it is.
  void leave(const auth::RoomName& room);
  /// Sends nothing, until release() lets it go on from where it is: it is being found out whether
  /// the rooms are still this client's.
  void hold();
  void release();

 private:
  friend class EventChannel;
  enum class Progress : std::uint8_t {
    kOpening,    // the loop does not get all rooms yet
    kReplaying,  // reads pages of the log
    kWaiting,    // was sent the log up to `cursor_`, which is beyond what the loop was told
    kLive,
  };

  /// Where the client is, so that it can go on from there.
  void note_place();
  void enter();
  /// The channel is open.
  void begin();
  void go_live();
  void send(const std::vector<Message>& messages);
  void send_id();
  void start_over(const auth::RoomName& room, ResetReason reason);

  void next_page();
  /// The page that was asked for is not sent when it comes.
  void forget_page();
  void ask_for_page();
  void page_arrived(std::uint32_t attempt, const MergedPage* page);
  void log_is_read(Lsn snapshot);
  void on_timer() override;

  // For the channel.
  [[nodiscard]] bool replays() const { return progress_ == Progress::kReplaying; }
  /// It was sent this already, from the log.
  [[nodiscard]] bool sent_beyond(Lsn lsn) const {
    return progress_ == Progress::kWaiting && cursor_ >= lsn;
  }
  void take(const std::shared_ptr<const std::string>& events);
  /// The room's changes up to `upto` cannot be told any more.
  void lost(const auth::RoomName& room, Lsn upto);
  void tell_lost();
  /// Of what the loop is told now, what the log did not have.
  void take_rest(const std::vector<Message>& messages);

  LoopStreams& loop_;
  realtime::EventStreamPeer& peer_;
  realtime::Handle handle_;
  std::vector<auth::RoomName> rooms_;
  std::optional<Position> since_;
  EventChannel* channel_ = nullptr;  // null: no room is left
  Progress progress_ = Progress::kOpening;
  /// While it replays or waits: everything up to here was sent.
  Lsn cursor_;
  /// Rooms that were reset go on from here.
  std::map<std::string, Lsn> from_;
  /// Rooms whose changes up to there are lost, while a page is on its way.
  std::vector<RoomSince> lost_;
  /// A page that was asked for earlier is of no use any more.
  std::uint32_t attempt_ = 0;
  bool retry_ = false;
  bool held_ = false;
};

}  // namespace tillcast::feed
