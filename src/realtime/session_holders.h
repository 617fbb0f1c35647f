// Which socket holds which session, on all loops, so that no session is ever given to two.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "realtime/peer.h"

namespace tillcast::realtime {

/// Any thread; asked when sockets connect and end, never for a delivery. One small entry for each
/// session that is held or claimed, found by a hash of its pid: pids are random, so 64 bits of it
/// tell them apart.
class SessionHolders {
 public:
  /// Whoever presents a session claims it; nobody else can until they settle or give up. False if
  /// somebody else claims it now.
  bool claim(std::string_view pid, PeerRef by);
  /// Takes the session from the socket that holds it, whose end is none of the session's any more;
  /// PeerRef() if nobody holds it.
  PeerRef take_from_holder(std::string_view pid);
  /// The claimant, or the first socket of a new session, holds it from now on.
  void settle(std::string_view pid, PeerRef by);
  void give_up(std::string_view pid, PeerRef by);
  /// The socket is gone. False if it was not the one that holds the session.
  bool release(std::string_view pid, PeerRef by);
  [[nodiscard]] std::size_t size() const;

 private:
  /// PeerRef() stands for nobody.
  struct Entry {
    PeerRef holder{};
    PeerRef claimant{};
  };
  using Key = std::size_t;
  static Key key(std::string_view pid) { return std::hash<std::string_view>{}(pid); }

  mutable std::mutex mutex_;
  std::unordered_map<Key, Entry> entries_;
};

}  // namespace tillcast::realtime
