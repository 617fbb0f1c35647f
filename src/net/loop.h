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

  /// Accepts from a listening socket that other loops may share; before run().
  void add_listener(int fd, realtime::Server& server);

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
    std::uint32_t generation = 0;
    realtime::WireEvents* events = nullptr;  // null while it lingers
    std::uint32_t interest = 0;
  };
  struct Listener {
    int fd;
    realtime::Server* server;
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
  void end_lingering(std::int64_t now_ms);
  void drain();
  /// False if there was none to take.
  bool refuse_one(const Listener& listener);
  /// Owns `fd` from now on, also if it could not be watched.
  std::optional<realtime::WireId> insert(int fd);
  void watch(realtime::WireId wire, std::uint32_t interest);
  void destroy(realtime::WireId wire);

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
  realtime::Shard shard_;
};

}  // namespace tillcast::net
