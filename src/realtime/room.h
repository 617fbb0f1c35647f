// Rooms of one loop: who is in them, and what they are sent in this turn. All that a room gets in a
// turn is put together once an encoding, and each member is given it with one send. Who is in
// several rooms that got something is given all of it with one send, in the order in which it was
// published.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mapped_blocks.h"
#include "protocol/socketio.h"
#include "realtime/batch.h"
#include "realtime/encoding.h"
#include "realtime/peer.h"
#include "realtime/publication.h"
#include "realtime/slot_map.h"
#include "realtime/socket_ids.h"
#include "realtime/wire.h"

namespace tillcast::realtime {

class Namespace;
class Shard;
class Space;

/// One room on one loop. Exists while it has members. The loop's thread only.
class Room {
 public:
  Room(Space& space, std::string name);
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Its own among the space's rooms of now.
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] Peer& member(std::size_t index) const;
  [[nodiscard]] std::vector<Peer*> members() const;

  /// Owes the message to all who are members now, but for `except`.
  void publish(SharedPublication publication, const Peer* except = nullptr);

  /// True if something is owed and not yet sent.
  [[nodiscard]] bool dirty() const { return !batch_.empty(); }

 private:
  friend class Peer;
  friend class Space;

  /// All that a walk through the room needs of a member, side by side in memory: the kernel's part
  /// of a send sweeps the caches, so each pointer that is followed for each member is a miss.
  struct Route {
    WireId wire;  // kNoWire while it polls
    Form form;
  };
  static_assert(sizeof(Route) == 8);

  /// Sends what is owed to all but those who are passed over.
  void flush();

  Space& space_;
  std::string name_;
  std::uint32_t number_ = kNoSlot;
  /// What there is one of for each member of a room that may be large.
  template <class T>
  using Each = std::vector<T, MappedBlocks<T>>;
  Each<std::uint32_t> members_;  // their slots in the shard
  Each<Route> routes_;           // of the member of the same index
  Batch batch_;
  /// Indexes of members that were sent this turn's messages already.
  std::vector<std::uint32_t> passed_over_;
};

/// The rooms of one namespace on one loop. The loop's thread only.
class Space {
 public:
  Space(Shard& shard, const Namespace& nsp);

  [[nodiscard]] Shard& shard() const { return shard_; }
  /// The Socket.IO namespace that this space's event frames are for.
  [[nodiscard]] const std::string& nsp() const { return nsp_; }
  [[nodiscard]] protocol::socketio::Parser parser() const { return parser_; }
  /// What offsets begin with; null if lost sessions are not recovered.
  [[nodiscard]] const std::string* epoch() const { return epoch_; }

  /// Null if nobody on this loop is in it.
  [[nodiscard]] Room* find(std::string_view name) const;
  /// The Socket.IO sockets by id; each is a room of its own.
  [[nodiscard]] SocketIds& sockets() { return sockets_; }
  [[nodiscard]] const SocketIds& sockets() const { return sockets_; }
  /// To all members of the room on this loop; the room "" is everybody, a socket's id that socket.
  void publish(std::string_view room, SharedPublication publication, const Peer* except = nullptr);
  /// To some of its peers, each encoding built once.
  void send(const std::vector<Peer*>& peers, const Publication& publication);
  /// Sends all that the rooms owe, now instead of at the end of the turn.
  void flush();

  /// The place of the last recorded event that this loop came to.
  [[nodiscard]] EventPlace place() const { return place_; }
  void came_to(EventPlace place) { place_ = place.lsn > 0 ? place : place_; }

 private:
  friend class Peer;
  friend class Room;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  [[nodiscard]] Room& room(Membership membership) const { return *numbered_.at(membership.room); }
  Room& open(std::string_view name);
  void close_if_empty(Room& room);
  void mark_dirty(Room& room);
  /// Those who are in several of the rooms that owe something.
  [[nodiscard]] std::vector<Peer*> members_of_several() const;
  void send_to_members_of_several();

  Shard& shard_;
  std::string nsp_;
  protocol::socketio::Parser parser_;
  const std::string* epoch_;
  EventPlace place_{};
  SocketIds sockets_;
  std::unordered_map<std::string, std::unique_ptr<Room>, Hash, std::equal_to<>> rooms_;
  SlotMap<Room> numbered_;
  std::vector<Room*> dirty_;
  std::uint64_t published_ = 0;
};

}  // namespace tillcast::realtime
