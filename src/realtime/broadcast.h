// What is done to many sockets of a namespace at once, on all loops.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/peer.h"

namespace tillcast::realtime {

class Namespace;

/// What one socket answered.
struct AckAnswer {
  std::string socket;  // its id
  boost::json::array values;
  /// What the placeholders in `values` stand for.
  std::vector<std::string> attachments;
};

/// What the sockets that were asked answered, in the order in which each loop got it.
struct AckAnswers {
  std::vector<AckAnswer> answers;
  /// Sockets that were asked and did not answer in time.
  std::size_t missing = 0;
};

/// What fetch() tells of a socket.
struct SocketInfo {
  std::string id;
  std::string address;
  std::vector<std::string> rooms;
};

/// The members of some rooms, each once. A socket's id is the room of that socket. A value; any
/// thread. What one thread does arrives on a loop in that order.
class Broadcast {
 public:
  /// The room "" is the whole namespace.
  Broadcast(const Namespace& nsp, std::string room, PeerRef without = {},
            std::string without_sid = {});

  /// One room more.
  Broadcast& to(std::string room);
  /// Without those who are in that room.
  Broadcast& except(std::string room);
  /// Only to those who can be sent it at once (Peer::writable()); the others miss it.
  Broadcast& volatile_only();

  /// False, and nothing is sent, if Namespace::may_emit() refuses it.
  bool emit(std::string_view event, const boost::json::array& values = {},
            std::vector<std::string> attachments = {}) const;
  /// What is published as it is cannot be recovered, unless it has a place already.
  void publish(const SharedPublication& publication) const { send(publication); }

  // Of Socket.IO sockets; plain WebSockets are left out.

  void sockets_join(std::string room) const;
  void sockets_leave(std::string room) const;
  /// With `close`, ends the clients' whole connections.
  void disconnect_sockets(bool close = false) const;
  /// Asks each socket for an answer, and calls `done` on the loop `home` once: when all answered,
  /// or `timeout_ms` later with those that did. False, and `done` is not called, if
  /// Namespace::may_emit() refuses it.
  bool emit_with_ack(Shard& home, std::string_view event, const boost::json::array& values,
                     std::int64_t timeout_ms, std::function<void(AckAnswers)> done,
                     std::vector<std::string> attachments = {}) const;
  /// Calls `done` on the loop `home` with the sockets of all loops.
  void fetch(Shard& home, std::function<void(std::vector<SocketInfo>)> done) const;

 private:
  struct Selection {
    std::vector<std::string> rooms;
    std::vector<std::string> except;
    PeerRef without;
    std::string without_sid{};
    bool volatile_only = false;
  };
  [[nodiscard]] std::vector<Peer*> members(Shard& shard, const Selection& selection) const;
  /// Gives an event that can be recovered its place, and sends it.
  void record_and_send(const std::shared_ptr<Publication>& publication) const;
  void send(const SharedPublication& publication) const;
  void send_on(Shard& shard, const SharedPublication& publication) const;
  /// Runs `action` on the members of each loop, on that loop.
  void on_each_loop(std::function<void(Shard&, std::vector<Peer*>&)> action) const;

  const Namespace* nsp_;
  Selection selection_;
};

}  // namespace tillcast::realtime
