// A socket's part in connection state recovery: how it comes to its session, a new one or the one
// that its client presents, and what of it is kept while it goes on.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/recovery_store.h"
#include "realtime/session_holders.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

/// What a server that recovers sessions has of them; one a server. Any thread.
struct Recovery {
  explicit Recovery(RecoveryStore& kept_in) : store(kept_in) {}

  RecoveryStore& store;
  SessionHolders holders;
  /// Held while an event is recorded and posted to several loops, so that each loop gets events in
  /// the order of their places.
  std::mutex order;
};

/// Is told what a session missed, null if it cannot go on. On the socket's loop, once: what it is
/// told is sent, and the client told that it is connected, before the call returns.
using RestoreDone = std::function<void(std::shared_ptr<const Missed>)>;

/// How a namespace takes part in recovery whose application keeps its rooms by other means than
/// Peer::join(). Called on the socket's loop.
struct RecoveryHooks {
  /// Whose socket it is: a session is given to nobody else. After the middleware.
  std::function<std::string(Socket&)> principal;
  /// Finds what the session missed after its client's last event, and follows its rooms again.
  std::function<void(Socket&, const SavedSession&, std::optional<EventPlace> last, RestoreDone)>
      restore;
  /// The rooms that a socket is in from the start, so that its session has them before it is told
  /// that it is connected; null if there are none.
  std::function<std::vector<SavedRoom>(Socket&)> first_rooms{};
};

/// Owned by its socket; its loop's thread only.
class SocketRecovery {
 public:
  /// `auth` is what the client sent with CONNECT: its members `pid` and `offset` are taken.
  SocketRecovery(Socket& socket, Recovery& recovery, const boost::json::value& auth);

  /// Null if the socket is gone or is not recovered.
  static SocketRecovery* of(Peer* socket);

  /// The middleware lets the socket in. Ends with Socket::confirm(), now or later.
  void begin();
  /// Empty until the session is settled, and for good if it cannot be kept.
  [[nodiscard]] std::string_view pid() const;
  [[nodiscard]] bool recovered() const { return recovered_; }

  /// Keeps these rooms as the session's; `done` is called on this loop unless the socket is gone.
  void save(std::vector<SavedRoom> rooms, std::function<void(bool saved)> done);
  /// The socket joined or left a room by itself.
  void rooms_changed();
  /// Brings the socket into the rooms of its session, if the library keeps them.
  void join_rooms();
  /// The socket ends; for good if one of the two sides said so.
  void closed(bool for_good);

 private:
  enum class State : std::uint8_t { kWaiting, kClaiming, kNew, kSettled, kNone };
  struct Request {
    std::string pid;
    std::string offset;
    bool has_offset = false;
  };

  [[nodiscard]] std::string pid_text() const { return std::string(pid_.view()); }
  [[nodiscard]] const RecoveryHooks* hooks() const;
  [[nodiscard]] std::string principal() const;
  void read_request(const boost::json::value& auth);
  /// False if the client's last event is of another history, or is no place at all.
  [[nodiscard]] bool understands_offset();
  void look_up();
  void found(const std::optional<SavedSession>& session);
  void claim(const SavedSession& session);
  void restore(const SavedSession& session);
  void restored(const SavedSession& session, const std::shared_ptr<const Missed>& missed);
  void start_anew();
  void settle();

  Socket& socket_;
  Recovery& recovery_;
  std::unique_ptr<Request> request_;
  std::optional<EventPlace> last_{};
  Sid pid_;
  State state_ = State::kWaiting;
  bool recovered_ = false;
  bool joining_ = false;
  bool claimed_ = false;
  /// Of a socket whose rooms the library keeps.
  std::vector<SavedRoom> rooms_;
};

}  // namespace tillcast::realtime
