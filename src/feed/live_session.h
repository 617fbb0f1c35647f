// One live connection as the application sees it: who it is, until when, and the rooms it follows.
// The same for every transport and contract; a contract gives it words (Notices) and calls it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/credentials.h"
#include "auth/policy.h"
#include "auth/principal.h"
#include "base/problem.h"
#include "base/timer_wheel.h"
#include "feed/authenticator.h"
#include "feed/event_stream.h"
#include "feed/loop_streams.h"
#include "feed/peer_streams.h"
#include "realtime/peer.h"
#include "realtime/socket_recovery.h"

namespace tillcast::feed {

/// The close code of a connection whose session is over: sign in again.
inline constexpr std::uint16_t kCloseSignInAgain = 4401;
/// The server cannot verify the credential now (RFC 6455 section 7.4.1 and its registry).
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;

/// The data of its peer, and dies with it. The loop's thread only.
///
/// Requests are done in their order: while a credential is verified the later ones wait, at most
/// limits::kLiveRequestsWaitingMax of them; one more is answered 429 `too_many_requests`.
///
/// Before the credential ends the client is told (`expiring`), and when it ended the connection is
/// refused with 4401 `token_expired`. When the user's role or memberships change, they are read
/// anew, and rooms that are no longer theirs are left with a notice.
class LiveSession final : public realtime::PeerData, private Timer, private IdentityWatcher {
 public:
  /// An anonymous session.
  LiveSession(realtime::Peer& peer, LoopStreams& loop, const Authenticator& authenticator);
  ~LiveSession() override;
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  /// The credential is verified already.
  void begin(const Identity& identity, auth::Credential credential);
  /// Verifies the credential that the connection came with; refuses the connection if it is bad.
  void begin(auth::Credential credential);

  /// 401 `unauthenticated` or 403 `forbidden` for a room that is not theirs, and as
  /// PeerStreams::join().
  void join(auth::RoomName room, std::optional<Position> since, JoinDone done);
  void leave(auth::RoomName room, std::function<void(Outcome<auth::RoomName>)> done);

  /// Follows the contract's own rooms (StreamParts::own_rooms) from now on: all that they get after
  /// this identity was read, and of those that become theirs later all since the change that made
  /// them theirs. A session that was lost goes on in them by itself.
  void follow_own_rooms();
  /// They as a session is kept that follows them from the start.
  [[nodiscard]] std::vector<realtime::SavedRoom> own_rooms_to_save() const;

  /// Whose sessions this one may go on with: those of the same sign-in.
  [[nodiscard]] std::string principal() const;
  /// Goes on with a session that was lost, in the rooms that are still theirs; of others there is a
  /// notice.
  void recover(const realtime::SavedSession& session, std::optional<realtime::EventPlace> last,
               const realtime::RestoreDone& done);

  /// For a peer of server-sent events, in place of joining and leaving: follows the rooms, whose
  /// policy was asked, as one stream. Once.
  void follow(std::vector<auth::RoomName> rooms, std::optional<Position> since);
  /// Null for other peers.
  [[nodiscard]] EventStream* event_stream() const { return events_.get(); }

  /// Goes on as whom the token proves; rooms and positions stay as far as that identity may have
  /// them. With a bad token everything stays as it is. Problems as Authenticator::verify().
  void authenticate(std::string token, Authenticator::Done done);

  using Action = std::function<void()>;
  /// Runs `action` once it is known who this is.
  void when_known(Action action);
  /// Runs `action` if the session is still good: it is verified anew, and ended if it is not. 429
  /// `too_many_requests`.
  void check(Action action, const std::function<void(Problem)>& refuse);

  [[nodiscard]] const auth::Principal& who() const { return who_; }

 private:
  void in_order(Action action, const std::function<void(Problem)>& refuse);
  void run_waiting();
  /// `then` is called on the loop, and what waited runs after it.
  void verify(auth::Credential credential,
              std::function<void(LiveSession&, Outcome<Identity>)> then);
  void become(const Identity& identity, auth::Credential credential);
  /// Reads the identity anew, as today's rights may be others.
  void refresh(std::function<void(LiveSession&)> then);
  void leave_forbidden_rooms();
  void end(const Problem& problem);
  /// The contract's own rooms of this identity.
  [[nodiscard]] std::vector<auth::RoomName> own_rooms() const;
  [[nodiscard]] std::vector<auth::RoomName> own_rooms_beside(
      const std::vector<realtime::SavedRoom>& saved) const;
  void follow_own_since(Lsn since);
  /// Follows one of them; the client is told if it is one too many.
  void follow_own(const auth::RoomName& room, Lsn since);
  /// Nothing that is not public is sent until it is known who this is.
  void hold();
  void arm_expiry();
  void on_timer() override;
  void identity_changed(Lsn since) override;

  realtime::Peer& peer_;
  LoopStreams& loop_;
  const Authenticator& authenticator_;
  PeerStreams streams_;
  std::unique_ptr<EventStream> events_;
  auth::Principal who_;
  auth::Credential credential_;
  /// Who this is was right up to here.
  Lsn known_upto_;
  bool follows_own_ = false;
  bool verifying_ = false;
  /// The rights changed since they were last asked for.
  bool stale_ = false;
  std::deque<Action> waiting_;
};

/// The session of a peer that was given one as its data.
inline LiveSession& session_of(realtime::Peer& peer) {
  return static_cast<LiveSession&>(*peer.data());
}

}  // namespace tillcast::feed
