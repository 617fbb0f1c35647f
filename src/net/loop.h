// One event loop: level-triggered epoll, an eventfd for posted work, and the sockets as a Wire. A
// turn is: read all that is ready, take what was posted, send what is owed.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "net/tls_context.h"
#include "realtime/shard.h"
#include "realtime/wire.h"

namespace tillcast::net {

/// A file descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();

  [[nodiscard]] int get() const { return fd_; }
  int release();

 private:
  int fd_;
};

/// Its own thread only, but for wake() and stop(), which any thread and any signal handler may
/// call.
class Loop final : public realtime::Wire {
 public:
  Loop(std::uint32_t index, const Clock& clock, Random& random);
  ~Loop() override;

  [[nodiscard]] realtime::Shard& shard() { return shard_; }

  /// Accepts from a listening socket that other loops may share, over TLS if there is a context;
  /// before run().
  void add_listener(int fd, realtime::Server& server, const TlsContext* tls);

  void run();
  void stop();
  void wake() const;

  std::size_t send(realtime::WireId wire, std::string_view bytes) override;
  void pause_reading(realtime::WireId wire, bool paused) override;
  void close(realtime::WireId wire, realtime::CloseMode mode) override;
  std::unique_ptr<realtime::DetachedWire> detach(realtime::WireId wire) override;
  std::optional<realtime::WireId> adopt(std::unique_ptr<realtime::DetachedWire> wire,
                                        realtime::WireEvents& events) override;

 private:
  struct Socket {
    int fd = -1;
    std::uint32_t generation : 29 = 0;
    std::uint32_t interest : 3 = 0;          // EPOLLIN, EPOLLOUT
    realtime::WireEvents* events = nullptr;  // null while it lingers
  };
  static_assert(sizeof(Socket) == 16 && (EPOLLIN | EPOLLOUT) < 8);
  struct Listener {
    int fd;
    realtime::Server* server;
    const TlsContext* tls;  // null: plain
  };
  struct Lingering {
    realtime::WireId wire;
    std::uint32_t generation;
    std::int64_t deadline_ms;
  };

  void turn(std::int64_t sleep_ms_max);
  void accept(const Listener& listener);
  void on_event(const epoll_event& event);
  void read(realtime::WireId wire);
  /// Reads and drops for a moment, so that unread input does not reset what was sent.
  void linger(realtime::WireId wire, std::int64_t ms_max);
  void end_lingering(std::int64_t now_ms);
  void drain();
  /// Says why, and closes.
  void turn_away(realtime::WireId wire, const Listener& listener);
  /// False if there was none to take.
  bool refuse_one(const Listener& listener);
  /// Owns `fd` from now on, also if it could not be watched.
  std::optional<realtime::WireId> insert(int fd);
  void watch(realtime::WireId wire, std::uint32_t interest);
  void destroy(realtime::WireId wire);
  /// What the socket takes at once; less than all makes the loop wait until it takes more.
  std::size_t send_raw(realtime::WireId wire, std::string_view bytes);

  // Streams over TLS (loop_tls.cc).

  /// Null for a plain stream.
  [[nodiscard]] TlsSession* tls_of(realtime::WireId wire) const {
    return wire.get() < tls_.size() ? tls_[wire.get()].get() : nullptr;
  }
  void set_tls(realtime::WireId wire, std::unique_ptr<TlsSession> session);
  void read_tls(realtime::WireId wire, TlsSession& session, std::span<const std::byte> bytes);
  std::size_t send_tls(realtime::WireId wire, TlsSession& session, std::string_view plain);
  void close_tls(realtime::WireId wire, TlsSession& session);
  /// Sends cipher_, and keeps for the session what the socket does not take.
  void send_cipher(realtime::WireId wire, TlsSession& session);
  /// False if the session still owes something.
  bool send_owed(realtime::WireId wire, TlsSession& session);

  const Clock& clock_;
  Fd epoll_;
  Fd event_;
  Fd spare_;  // given up for a moment when the process has no descriptor left
  std::atomic<int> stops_{0};
  std::vector<Listener> listeners_;
  std::vector<Socket> sockets_;
  std::vector<std::uint32_t> free_;
  std::vector<Lingering> lingering_;
  std::vector<std::byte> read_buffer_;
  // By WireId; as long as the last stream over TLS needs, so plain streams cost nothing here.
  std::vector<std::unique_ptr<TlsSession>> tls_;
  std::vector<std::byte> plain_buffer_;  // what was in read_buffer_
  std::string cipher_;                   // encrypted and not yet sent, within a call
  realtime::Shard shard_;
};

}  // namespace tillcast::net
