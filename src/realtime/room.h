// Rooms of one loop: who is in them, and what they are sent in this turn. All that a room gets in a
// turn is put together once an encoding, and each member is given it with one send.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "realtime/encoding.h"
#include "realtime/peer.h"
#include "realtime/publication.h"
#include "realtime/socket_ids.h"
#include "realtime/wire.h"

namespace tillcast::realtime {

class Namespace;
class Shard;
class Space;

/// One room on one loop. Exists while it has members. The loop's thread only.
class Room {
 public:
  Room(Space& space, std::string name) : space_(space), name_(std::move(name)) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] const std::vector<Peer*>& members() const { return members_; }

  /// Owes the message to all who are members now, but for `except`.
  void publish(SharedPublication publication, const Peer* except = nullptr);

  /// True if something is owed and not yet sent.
  [[nodiscard]] bool dirty() const { return !pending_.empty(); }
  /// Sends what is owed, now instead of at the end of the turn.
  void flush();

 private:
  friend class Peer;
  friend class Shard;

  struct Pending {
    SharedPublication publication;
    const Peer* except;
  };
  /// All that a walk through the room needs of a member, side by side in memory: the kernel's part
  /// of a send sweeps the caches, so each pointer that is followed for each member is a miss.
  struct Route {
    WireId wire;  // kNoWire while it polls
    Form form;
  };
  static_assert(sizeof(Route) == 8);
  using Bytes = FormBuffers::Bytes;

  void send_to(Peer& peer);
  /// The turn's messages in one form, built on first need. Valid until the next call.
  const Bytes& buffer(Form form);

  Space& space_;
  std::string name_;
  std::vector<Peer*> members_;
  std::vector<Route> routes_;  // of the member of the same index
  std::vector<Pending> pending_;
  bool has_exceptions_ = false;
  bool listed_ = false;  // in the shard's list of dirty rooms
  FormBuffers buffers_;
};

/// The rooms of one namespace on one loop. The loop's thread only.
class Space {
 public:
  Space(Shard& shard, std::string nsp) : shard_(shard), nsp_(std::move(nsp)) {}

  [[nodiscard]] Shard& shard() const { return shard_; }
  /// The Socket.IO namespace that this space's event frames are for.
  [[nodiscard]] const std::string& nsp() const { return nsp_; }

  /// Null if nobody on this loop is in it.
  [[nodiscard]] Room* find(std::string_view name) const;
  /// The Socket.IO sockets by id; each is a room of its own.
  [[nodiscard]] SocketIds& sockets() { return sockets_; }
  [[nodiscard]] const SocketIds& sockets() const { return sockets_; }
  /// To all members of the room on this loop; the room "" is everybody, a socket's id that socket.
  void publish(std::string_view room, SharedPublication publication, const Peer* except = nullptr);
  /// To some of its peers, each encoding built once.
  void send(const std::vector<Peer*>& peers, const Publication& publication) const;

 private:
  friend class Peer;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  Room& open(std::string_view name);
  void close_if_empty(Room& room);

  Shard& shard_;
  std::string nsp_;
  SocketIds sockets_;
  std::unordered_map<std::string, std::unique_ptr<Room>, Hash, std::equal_to<>> rooms_;
};

}  // namespace tillcast::realtime
