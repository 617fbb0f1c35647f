// Brings a lost session back: reads what all its rooms got in the meantime as one stream, in order,
// and follows them on from there without a gap.
//
// The rooms are opened and keep their messages from then on, the log is read up to some lsn, what
// the rooms kept from there on is added, and in the same loop turn the peer follows them live, or
// waits for the loop to come to that lsn. So at every moment the offset of the last event says
// exactly what the client has.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "feed/room_stream.h"
#include "realtime/recovery_store.h"

namespace tillcast::feed {

class LoopStreams;
class PeerStreams;

/// Owned by its peer's streams until it is done. The loop's thread only.
class SessionRecovery final : private RoomWatcher {
 public:
  /// Is told what was missed, null if the session cannot go on, and sends it. False if the rooms
  /// are not to be followed after all.
  using Done = std::function<bool(std::shared_ptr<const realtime::Missed>)>;

  /// The caller has asked the policy for each room of the session.
  SessionRecovery(LoopStreams& loop, PeerStreams& peer, realtime::SavedSession session,
                  std::optional<realtime::EventPlace> last, Done done);
  ~SessionRecovery();
  SessionRecovery(const SessionRecovery&) = delete;
  SessionRecovery& operator=(const SessionRecovery&) = delete;

  void start();

 private:
  void room_moved() override;
  /// Not null if that is known without a read.
  [[nodiscard]] std::shared_ptr<const realtime::Missed> nothing_missed() const;
  void read();
  void arrived(const std::shared_ptr<const realtime::Missed>& missed);
  /// What the rooms got after `lsn`; nothing if the log has to be read again for it.
  [[nodiscard]] std::optional<std::vector<realtime::SharedPublication>> recent_after(Lsn lsn) const;
  /// Ends this object.
  void finish(const std::shared_ptr<const realtime::Missed>& missed);

  LoopStreams& loop_;
  PeerStreams& peer_;
  realtime::SavedSession session_;
  std::optional<realtime::EventPlace> last_;
  Done done_;
  std::vector<RoomStream*> streams_;  // of the session's rooms, in their order
  bool keeping_ = false;
  std::uint32_t number_;  // among those of its peer
  int reads_left_;
};

}  // namespace tillcast::feed
