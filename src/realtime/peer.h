// One client that can be in rooms and be sent messages: a Socket.IO socket or a plain WebSocket.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "realtime/encoding.h"
#include "realtime/http.h"
#include "realtime/memberships.h"
#include "realtime/publication.h"

namespace tillcast::realtime {

class Connection;
class Peer;
class Room;
class Shard;
class Space;
struct SavedRoom;

/// What the application keeps with a peer; dies with it.
class PeerData {
 public:
  virtual ~PeerData() = default;
};

/// A reference to a peer that may be kept and passed between threads: it never dangles.
class PeerRef {
 public:
  PeerRef() = default;
  PeerRef(Shard& shard, Handle handle) : shard_(&shard), handle_(handle) {}

  /// Runs `action` on the peer's loop, if the peer is still there. Any thread.
  void run(std::function<void(Peer&)> action) const;
  /// The same, with null if the peer is gone. Not on a reference to nobody.
  void visit(std::function<void(Peer*)> action) const;

  /// The peer, or null. The peer's loop only.
  [[nodiscard]] Peer* find() const;
  /// The peer if it is one of that loop's, else null. That loop only.
  [[nodiscard]] Peer* find_on(const Shard& shard) const {
    return shard_ == &shard ? find() : nullptr;
  }

  friend bool operator==(const PeerRef&, const PeerRef&) = default;

 private:
  Shard* shard_ = nullptr;
  Handle handle_;
};

/// How the server ends a peer that may not go on (api.md, last table).
struct Refusal {
  std::uint16_t close_code;  // for plain WebSockets
  std::string code;          // for Socket.IO's `error` event
  std::string detail;
};

/// Of a client that sends more than it may.
inline constexpr std::uint16_t kCloseTooManyMessages = 4429;

/// Its loop's thread only, but for ref().
class Peer {
 public:
  explicit Peer(Space& space);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer();

  /// A reference to nobody once the peer has ended.
  [[nodiscard]] PeerRef ref() const;
  [[nodiscard]] Shard& shard() const;
  [[nodiscard]] Space& space() const { return space_; }

  /// Joining twice is joining once. False above limits::kRoomsPerSocketMax rooms, or for a name
  /// above limits::kRoomNameBytesMax.
  bool join(std::string_view room);
  void leave(std::string_view room);
  [[nodiscard]] bool in(std::string_view room) const;
  [[nodiscard]] std::vector<std::string> rooms() const;
  /// With the room "" of the whole namespace.
  [[nodiscard]] std::vector<std::string> all_rooms() const;

  /// Sends this peer's form of the message, after all that its rooms were sent before.
  void send(const Publication& publication) { send(publication, publication.place); }
  /// As an event of another place, for what comes out of order.
  void send(const Publication& publication, EventPlace place);

  /// For an application that keeps the rooms of its peers by itself (Namespace::on_recovery): a
  /// session that is recovered is in these from now on. `done` (may be empty) is told on this loop
  /// whether that would outlive the server; at once if this peer cannot be recovered anyway, and
  /// not at all if it is gone by then.
  virtual void save_rooms(std::vector<SavedRoom> rooms, std::function<void(bool saved)> done);

  /// Ends the peer with a reason that it is told.
  virtual void refuse(const Refusal& refusal) = 0;

  /// The request that opened the connection: its headers, cookies and query.
  [[nodiscard]] virtual const protocol::HttpRequest& handshake() const = 0;
  /// Forgets it, once nobody needs it; then handshake() is empty. It is most of what an idle client
  /// costs. The sockets of one Socket.IO client share it, and all lose it.
  virtual void drop_handshake() = 0;

  /// Bytes owed to the client that its socket did not take yet.
  [[nodiscard]] virtual std::size_t backlog_bytes() const = 0;
  /// What is sent now goes out now: nothing is owed, and if it polls, a poll waits.
  [[nodiscard]] virtual bool writable() const { return backlog_bytes() == 0; }
  /// Calls once when nothing is owed any more; at the end of this turn if that is so now.
  void when_drained(std::function<void(Peer&)> action);

  void set_data(std::unique_ptr<PeerData> data) { data_ = std::move(data); }
  [[nodiscard]] PeerData* data() const { return data_.get(); }

 protected:
  friend class Batch;
  friend class Room;
  friend class Shard;
  friend class Space;

  /// Which of a room's buffers this peer is sent.
  [[nodiscard]] virtual Encoding encoding() const = 0;
  /// The WebSocket it is on, for the encodings that are frames.
  [[nodiscard]] virtual Connection* connection() const = 0;
  /// In which form it is sent what a room gets.
  [[nodiscard]] Form form() const;
  /// Takes what append_encoded() gave for its form; it goes out at the end of the turn.
  void deliver(const std::shared_ptr<std::string>& bytes);
  /// Takes an encoded polling payload.
  virtual void deliver_payload(const std::shared_ptr<const std::string>& payload) = 0;
  virtual void send_now(const Publication& publication, EventPlace place) = 0;
  /// It joined or left a room.
  virtual void rooms_changed() {}

  /// Its rooms send to another stream from now on.
  void update_routes();
  /// Brings what this peer's rooms were sent in this turn on its way, so that order is kept.
  void flush_rooms();
  void leave_all();
  /// Is found by no reference any more; for who ends it.
  void retire();

 private:
  void leave_room(std::string_view name);

  Space& space_;
  // Without its padding, so that the next member is where it would be.
  [[no_unique_address]] Memberships memberships_;
  std::uint32_t slot_;  // among the shard's peers; kNoSlot once it is found no more
  std::unique_ptr<PeerData> data_;
};
// There is one for each client: docs/benchmarks.md says where a client's memory is.
static_assert(sizeof(Peer) <= 48);

}  // namespace tillcast::realtime
