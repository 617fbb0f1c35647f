// One loop's part of the server: its connections, sessions, rooms and timers. It is fed bytes and a
// clock by the loop, and needs neither sockets nor threads, so tests and simulators run it too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/timer_wheel.h"
#include "protocol/websocket_deflate.h"
#include "realtime/address_counts.h"
#include "realtime/peer.h"
#include "realtime/room.h"
#include "realtime/sid.h"
#include "realtime/slot_map.h"
#include "realtime/wire.h"

namespace tillcast::realtime {

class Connection;
class EngineSession;
class Namespace;
class Server;

/// post() from any thread; everything else on the loop's thread.
class Shard {
 public:
  using Task = std::function<void(Shard&)>;

  /// `wake` makes the loop call run_posted() soon; it is called from any thread.
  Shard(std::uint32_t index, Wire& wire, const Clock& clock, Random& random,
        std::function<void()> wake);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // For the loop.

  /// A new byte stream that speaks to `server`. The stream's events go to the answer.
  WireEvents& open(WireId wire, Server& server, std::string peer_address,
                   AddressCounts::Slot slot = {});
  void run_posted();
  /// Fires timers, sends what is owed, frees what was dropped. At the end of every turn.
  void end_turn();
  [[nodiscard]] std::int64_t sleep_ms(std::int64_t ms_max) const;
  /// Ends all connections as "server going away"; returns how many are still open.
  std::size_t drain();
  /// Ends all connections at once.
  void abort_all();
  /// Is called when the server begins to go away: whatever makes clients wait answers them.
  void on_drain(std::function<void()> hook) { drain_hooks_.push_back(std::move(hook)); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

  // For everybody.

  /// Runs `task` on this loop. Any thread.
  void post(Task task);

  // For what runs on this loop.

  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] bool is_this_thread() const { return thread_ == std::this_thread::get_id(); }
  void set_thread(std::thread::id thread) { thread_ = thread; }
  [[nodiscard]] Space& space(const Namespace& nsp);
  [[nodiscard]] Peer* find(Handle peer) const { return peers_.find(peer); }
  [[nodiscard]] Connection* find_connection(Handle connection) const {
    return connections_.find(connection);
  }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] TimerWheel& timers() { return timers_; }
  /// Runs `task` on this loop after that time; not at all if the loop ends before.
  void after(std::int64_t delay_ms, Task task);
  /// The Date header of this second.
  std::string_view http_date();
  /// For the objects that there are one or a few of for each client: side by side, without what
  /// malloc takes for each.
  [[nodiscard]] std::pmr::memory_resource& memory() { return memory_; }
  /// What the loop's WebSockets compress with.
  [[nodiscard]] protocol::MessageDeflate& deflate() { return deflate_; }

 private:
  friend class Connection;
  friend class EngineSession;
  friend class Peer;
  friend class Room;
  friend class SocketIoClient;
  friend class SocketRecovery;
  friend class Space;
  friend class WebSocketPeer;

  [[nodiscard]] Sid new_sid();
  /// That of the next session: it names the loop and the session's slot, so that a request on any
  /// loop finds it without a table. The 14 other characters are random.
  [[nodiscard]] Sid new_session_sid();
  [[nodiscard]] EngineSession* find_session(std::string_view sid) const;
  /// The loop that a session id was given out by.
  static std::optional<std::uint32_t> shard_of(std::string_view sid);

  /// Whether a stream is a WebSocket that owes nothing and takes more, so that a room may send to
  /// it at once. Kept apart from the connections, because a walk through a large room asks for all.
  [[nodiscard]] bool is_clear(WireId wire) const {
    return wire.get() < clear_.size() && clear_[wire.get()] != 0;
  }
  void set_clear(WireId wire, bool clear);
  std::size_t send(WireId wire, std::string_view bytes) { return wire_.send(wire, bytes); }

  void mark_dirty(Connection& connection) { dirty_connections_.push_back(&connection); }
  void mark_dirty(EngineSession& session) { dirty_sessions_.push_back(&session); }
  void mark_dirty(Space& space) { dirty_spaces_.push_back(&space); }
  /// The connection of another loop goes on here with the request that it came for.
  void adopt(std::unique_ptr<DetachedWire> wire, Server& server, std::string peer_address,
             AddressCounts::Slot slot, protocol::HttpRequest request, std::string rest);
  // What is dropped during a turn is freed at its end, because its methods may be on the stack.
  void remove(Connection& connection);
  void bury(std::unique_ptr<Peer> peer);
  void bury(EngineSession& session);
  void flush();
  void when_drained(Peer& peer, std::function<void(Peer&)> action);
  void run_drained();

  std::uint32_t index_;
  std::pmr::unsynchronized_pool_resource memory_;  // goes last of all
  Wire& wire_;
  const Clock& clock_;
  Random& random_;
  std::function<void()> wake_;
  std::thread::id thread_;
  TimerWheel timers_;
  std::string scratch_;
  protocol::MessageDeflate deflate_;

  struct Delayed;
  std::unordered_map<const Delayed*, std::unique_ptr<Delayed>> delayed_;

  SlotMap<Connection> connections_;
  SlotMap<Peer> peers_;
  SlotMap<EngineSession> sessions_;
  /// Of those whose address may have so many only.
  std::unordered_map<const EngineSession*, AddressCounts::Slot> counted_sessions_;
  std::unordered_map<const Namespace*, std::unique_ptr<Space>> spaces_;

  std::vector<std::uint8_t> clear_;  // by WireId
  std::vector<Connection*> dirty_connections_;
  std::vector<EngineSession*> dirty_sessions_;
  std::vector<Space*> dirty_spaces_;
  struct Drained {
    PeerRef peer;
    std::function<void(Peer&)> action;
  };
  std::vector<Drained> drained_;
  std::vector<std::unique_ptr<Connection>> dead_connections_;
  std::vector<std::unique_ptr<Peer>> dead_peers_;
  std::vector<std::unique_ptr<EngineSession>> dead_sessions_;

  std::vector<std::function<void()>> drain_hooks_;

  std::int64_t date_second_ = -1;
  std::string date_;

  std::mutex mutex_;
  std::vector<Task> posted_;
};

}  // namespace tillcast::realtime
