#include "realtime/shard.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "protocol/http.h"
#include "realtime/connection.h"
#include "realtime/engine_session.h"
#include "realtime/server.h"
#include "realtime/socket_io_client.h"

namespace tillcast::realtime {

namespace {

constexpr std::string_view kSidAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
constexpr std::size_t kSlotDigits = 5;  // 30 bits

/// The slot that a session id names.
std::uint32_t slot_of(std::string_view sid) {
  std::uint32_t slot = 0;
  for (std::size_t i = kSlotDigits; i > 0; --i) {
    slot = slot * 64 + static_cast<std::uint32_t>(kSidAlphabet.find(sid[i]) % 64);
  }
  return slot;
}

}  // namespace

/// A task that waits for its time.
struct Shard::Delayed final : Timer {
  Delayed(Shard& owner, Task then) : shard(owner), task(std::move(then)) {}
  ~Delayed() = default;
  void on_timer() override {
    const auto self = std::move(shard.delayed_.at(this));
    shard.delayed_.erase(this);
    task(shard);
  }

  Shard& shard;
  Task task;
};

Shard::Shard(std::uint32_t index, Wire& wire, const Clock& clock, Random& random,
             std::function<void()> wake)
    : index_(index),
      wire_(wire),
      clock_(clock),
      random_(random),
      wake_(std::move(wake)),
      thread_(std::this_thread::get_id()),
      timers_(clock.steady_ms()) {
  connections_.reserve(limits::kConnectionsPerLoopMax);
  peers_.reserve(limits::kConnectionsPerLoopMax);
  sessions_.reserve(limits::kConnectionsPerLoopMax);
  clear_.reserve(limits::kConnectionsPerLoopMax);
}

Shard::~Shard() {
  abort_all();
  end_turn();
}

WireEvents& Shard::open(WireId wire, Server& server, std::string peer_address,
                        AddressCounts::Slot slot) {
  auto* const connection =
      new (*this) Connection(*this, server, wire, std::move(peer_address), std::move(slot));
  connection->slot_ = connections_.insert(connection).index & Connection::kNoSlotHere;
  return *connection;
}

void Shard::adopt(std::unique_ptr<DetachedWire> wire, Server& server, std::string peer_address,
                  AddressCounts::Slot slot, protocol::HttpRequest request, std::string rest) {
  auto& connection =
      static_cast<Connection&>(open(WireId{}, server, std::move(peer_address), std::move(slot)));
  const bool too_many = connections_.size() > limits::kConnectionsPerLoopMax;
  const auto adopted = too_many ? std::nullopt : wire_.adopt(std::move(wire), connection);
  if (!adopted) {
    connection.on_closed();
    return;
  }
  connection.set_wire(*adopted);
  connection.take_over(std::move(request), std::move(rest));
}

void Shard::post(Task task) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (first) wake_();
}

void Shard::after(std::int64_t delay_ms, Task task) {
  auto delayed = std::make_unique<Delayed>(*this, std::move(task));
  timers_.arm(*delayed, clock_.steady_ms() + delay_ms);
  const Delayed* const key = delayed.get();
  delayed_.emplace(key, std::move(delayed));
}

void Shard::run_posted() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (const Task& task : tasks) task(*this);
}

void Shard::set_clear(WireId wire, bool clear) {
  if (wire.get() >= clear_.size()) {
    if (!clear) return;
    clear_.resize(wire.get() + 1);
  }
  clear_[wire.get()] = clear ? 1 : 0;
}

void Shard::flush() {
  // Flushing may make more to flush (a client that is ended tells its rooms), so it goes on until
  // nothing is left.
  while (!dirty_spaces_.empty() || !dirty_sessions_.empty() || !dirty_connections_.empty()) {
    while (!dirty_spaces_.empty()) {
      Space* const space = dirty_spaces_.back();
      dirty_spaces_.pop_back();
      space->flush();
    }
    while (!dirty_sessions_.empty()) {
      EngineSession* const session = dirty_sessions_.back();
      dirty_sessions_.pop_back();
      session->flush();
    }
    while (!dirty_connections_.empty()) {
      Connection* const connection = dirty_connections_.back();
      dirty_connections_.pop_back();
      connection->flush();
    }
  }
}

void Shard::end_turn() {
  timers_.advance(clock_.steady_ms());
  flush();
  if (!drained_.empty()) {
    run_drained();
    flush();
  }
  // Destroying one may bury another.
  while (!dead_peers_.empty() || !dead_sessions_.empty() || !dead_connections_.empty()) {
    const auto peers = std::exchange(dead_peers_, {});
    const auto sessions = std::exchange(dead_sessions_, {});
    const auto connections = std::exchange(dead_connections_, {});
  }
}

void Shard::when_drained(Peer& peer, std::function<void(Peer&)> action) {
  drained_.push_back({peer.ref(), std::move(action)});
}

void Shard::run_drained() {
  auto waiting = std::exchange(drained_, {});
  for (Drained& entry : waiting) {
    Peer* const peer = entry.peer.find();
    if (peer == nullptr) continue;
    if (peer->backlog_bytes() == 0) {
      entry.action(*peer);
    } else {
      drained_.push_back(std::move(entry));
    }
  }
}

std::int64_t Shard::sleep_ms(std::int64_t ms_max) const {
  return timers_.sleep_ms(clock_.steady_ms(), ms_max);
}

std::size_t Shard::drain() {
  // A Socket.IO client takes the end of its transport as a reason to come back; a clean end of its
  // namespace it would take as final.
  sessions_.for_each(
      [](EngineSession& session) { session.close(protocol::CloseCode::kGoingAway); });
  for (const auto& hook : drain_hooks_) hook();
  connections_.for_each([](Connection& connection) { connection.drain(); });
  return connections_.size();
}

void Shard::abort_all() {
  connections_.for_each([](Connection& connection) { connection.abort(); });
  sessions_.for_each([](EngineSession& session) { session.close(); });
}

Space& Shard::space(const Namespace& nsp) {
  auto& space = spaces_[&nsp];
  if (!space) space = std::make_unique<Space>(*this, nsp);
  return *space;
}

Sid Shard::new_sid() { return Sid(random_token(random_, kSidLength)); }

Sid Shard::new_session_sid() {
  std::string sid = random_token(random_, kSidLength);
  sid[0] = kSidAlphabet[index_ % 64];
  std::uint32_t slot = sessions_.next();
  for (std::size_t i = 1; i <= kSlotDigits; ++i, slot /= 64) sid[i] = kSidAlphabet[slot % 64];
  return Sid(sid);
}

std::optional<std::uint32_t> Shard::shard_of(std::string_view sid) {
  if (sid.size() != kSidLength) return std::nullopt;
  const auto index = kSidAlphabet.find(sid[0]);
  if (index == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(index);
}

EngineSession* Shard::find_session(std::string_view sid) const {
  if (sid.size() != kSidLength) return nullptr;
  EngineSession* const session = sessions_.at(slot_of(sid));
  return session != nullptr && session->sid() == sid ? session : nullptr;
}

void Shard::remove(Connection& connection) {
  connections_.erase(connection.slot_);
  connection.slot_ = Connection::kNoSlotHere;
  dead_connections_.emplace_back(&connection);
}

void Shard::bury(std::unique_ptr<Peer> peer) {
  peer->retire();
  dead_peers_.push_back(std::move(peer));
}

void Shard::bury(EngineSession& session) {
  sessions_.erase(slot_of(session.sid()));
  counted_sessions_.erase(&session);
  dead_sessions_.emplace_back(&session);
}

std::string_view Shard::http_date() {
  const std::int64_t second = clock_.unix_ms() / 1000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = protocol::http_date(second);
  }
  return date_;
}

}  // namespace tillcast::realtime
