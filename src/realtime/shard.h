// One loop's part of the server: its connections, sessions, rooms and timers. It is fed bytes and a
// clock by the loop, and needs neither sockets nor threads, so tests and simulators run it too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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
#include "realtime/wire.h"

namespace tillcast::realtime {

class Connection;
class EngineSession;
class Namespace;
class Server;

/// Slots that are named by Handles: a handle to a thing that was removed finds nothing.
template <class T>
class SlotMap {
 public:
  Handle insert(T* object) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.push_back({});
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    slots_[index].object = object;
    return {index, slots_[index].generation};
  }
  [[nodiscard]] T* find(Handle handle) const {
    if (handle.index >= slots_.size()) return nullptr;
    const Slot& slot = slots_[handle.index];
    return slot.generation == handle.generation ? slot.object : nullptr;
  }
  void erase(Handle handle) {
    Slot& slot = slots_[handle.index];
    slot.object = nullptr;
    ++slot.generation;
    free_.push_back(handle.index);
  }
  [[nodiscard]] std::size_t size() const { return slots_.size() - free_.size(); }
  template <class F>
  void for_each(const F& f) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].object != nullptr) f(*slots_[i].object);
    }
  }

 private:
  struct Slot {
    T* object = nullptr;
    std::uint32_t generation = 1;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

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

  std::string new_sid();
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
  std::unordered_map<std::string_view, std::unique_ptr<EngineSession>> sessions_;
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
