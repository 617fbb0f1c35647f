#include "net/loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/limits.h"
#include "realtime/server.h"

namespace tillcast::net {

using realtime::WireId;

namespace {

// What an epoll event is about, in its 64 bits: a socket's generation and index, or one of these.
constexpr std::uint64_t kPosted = ~0ULL;
constexpr std::uint64_t kListenerBase = ~0ULL - 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class DetachedSocket final : public realtime::DetachedWire {
 public:
  DetachedSocket(int socket, std::unique_ptr<TlsSession> session)
      : fd(socket), tls(std::move(session)) {}

  Fd fd;
  std::unique_ptr<TlsSession> tls;
};

std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes =
      address.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
          : &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  const char* const written = ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
  return written == nullptr ? std::string() : std::string(written);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

int Fd::release() { return std::exchange(fd_, -1); }

Loop::Loop(std::uint32_t index, const Clock& clock, Random& random)
    : clock_(clock),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      read_buffer_(limits::kReadBufferBytes),
      shard_(index, *this, clock, random, [this] { wake(); }) {
  // Address space alone, of which the kernel gives memory as connections come.
  sockets_.reserve(limits::kConnectionsPerLoopMax);
  if (epoll_.get() < 0) fail("epoll_create1");
  if (event_.get() < 0) fail("eventfd");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kPosted;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, event_.get(), &event) != 0) fail("epoll_ctl");
}

Loop::~Loop() {
  shard_.abort_all();
  shard_.end_turn();
  for (const Socket& socket : sockets_) {
    if (socket.fd >= 0) ::close(socket.fd);
  }
}

void Loop::add_listener(int fd, realtime::Server& server, const TlsContext* tls) {
  epoll_event event{};
  // One loop of those that share the socket is woken for a connection.
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.u64 = kListenerBase + listeners_.size();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  listeners_.push_back({fd, &server, tls});
}

void Loop::wake() const {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake anyway.
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

void Loop::stop() {
  stops_.fetch_add(1);
  wake();
}

void Loop::run() {
  shard_.set_thread(std::this_thread::get_id());
  while (stops_.load(std::memory_order_relaxed) == 0) turn(limits::kLoopSleepMsMax);
  drain();
}

void Loop::drain() {
  for (const Listener& listener : listeners_) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.fd, nullptr);
  }
  shard_.drain();
  const std::int64_t deadline = clock_.steady_ms() + limits::kDrainTimeoutMs;
  const auto open = [this] { return shard_.connections() > 0 || !lingering_.empty(); };
  while (open() && clock_.steady_ms() < deadline && stops_.load() == 1) turn(50);
  shard_.abort_all();
  shard_.end_turn();
}

void Loop::turn(std::int64_t sleep_ms_max) {
  std::array<epoll_event, 512> events;
  const auto sleep = static_cast<int>(shard_.sleep_ms(sleep_ms_max));
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), sleep);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < count; ++i) on_event(events[static_cast<std::size_t>(i)]);
  shard_.run_posted();
  if (!lingering_.empty()) end_lingering(clock_.steady_ms());
  shard_.end_turn();
}

void Loop::on_event(const epoll_event& event) {
  if (event.data.u64 == kPosted) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
    return;
  }
  if (event.data.u64 >= kListenerBase) {
    accept(listeners_[static_cast<std::size_t>(event.data.u64 - kListenerBase)]);
    return;
  }
  const WireId wire{static_cast<std::uint32_t>(event.data.u64)};
  const auto generation = static_cast<std::uint32_t>(event.data.u64 >> 32);
  // An earlier event of this batch may have closed the socket, and another may be in its place.
  const auto current = [&] { return sockets_[wire.get()].generation == generation; };
  if (!current()) return;
  if ((event.events & EPOLLOUT) != 0) {
    watch(wire, sockets_[wire.get()].interest & ~static_cast<std::uint32_t>(EPOLLOUT));
    TlsSession* const tls = tls_of(wire);
    auto* const handler = sockets_[wire.get()].events;
    if ((tls == nullptr || send_owed(wire, *tls)) && handler != nullptr) handler->on_writable();
    if (!current()) return;
  }
  const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  if ((event.events & EPOLLIN) != 0) {
    read(wire);
  } else if (broken) {
    auto* const handler = sockets_[wire.get()].events;
    destroy(wire);
    if (handler != nullptr) handler->on_closed();
  }
}

void Loop::read(WireId wire) {
  Socket& socket = sockets_[wire.get()];
  const ssize_t got = ::recv(socket.fd, read_buffer_.data(), read_buffer_.size(), 0);
  if (got > 0) {
    if (socket.events == nullptr) return;
    const auto bytes = std::span(read_buffer_).first(static_cast<std::size_t>(got));
    if (TlsSession* const tls = tls_of(wire)) return read_tls(wire, *tls, bytes);
    socket.events->on_bytes(bytes);
    return;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  auto* const handler = socket.events;
  destroy(wire);
  if (handler != nullptr) handler->on_closed();
}

void Loop::accept(const Listener& listener) {
  for (;;) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int fd = ::accept4(listener.fd, reinterpret_cast<sockaddr*>(&address), &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && refuse_one(listener)) continue;
    if (fd < 0) return;
    if (shard_.connections() >= limits::kConnectionsPerLoopMax) {
      ::close(fd);
      continue;
    }
    const std::string peer = address_text(address);
    auto slot = listener.server->enter_connection(peer);
    const auto wire = insert(fd);
    if (!wire) continue;
    if (!slot) {
      turn_away(*wire, listener);
      continue;
    }
    if (listener.tls != nullptr) {
      auto session = listener.tls->accept();
      if (!session) {
        destroy(*wire);
        continue;
      }
      set_tls(*wire, std::move(session));
    }
    realtime::WireEvents& events = shard_.open(*wire, *listener.server, peer, *std::move(slot));
    sockets_[wire->get()].events = &events;
  }
}

void Loop::turn_away(WireId wire, const Listener& listener) {
  // A handshake would cost more than whoever comes too often is worth.
  if (listener.tls != nullptr) return destroy(wire);
  send_raw(wire, realtime::Server::connection_refusal());
  close(wire, realtime::CloseMode::kGraceful);
}

bool Loop::refuse_one(const Listener& listener) {
  // A connection that waits would wake the loop again and again, so it is taken with the descriptor
  // that is kept for this, and closed.
  spare_ = Fd();
  const bool taken = Fd(::accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC)).get() >= 0;
  spare_ = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  return taken;
}

std::optional<WireId> Loop::insert(int fd) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(sockets_.size()));
    sockets_.emplace_back();
  }
  const WireId wire{free_.back()};
  free_.pop_back();
  Socket& socket = sockets_[wire.get()];
  socket.fd = fd;
  socket.events = nullptr;
  socket.interest = EPOLLIN;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = (static_cast<std::uint64_t>(socket.generation) << 32) | wire.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    // The kernel is out of memory or watches: this client goes, the others stay.
    destroy(wire);
    return std::nullopt;
  }
  return wire;
}

void Loop::watch(WireId wire, std::uint32_t interest) {
  Socket& socket = sockets_[wire.get()];
  if (socket.interest == interest) return;
  socket.interest = interest & 7U;
  epoll_event event{};
  event.events = interest;
  event.data.u64 = (static_cast<std::uint64_t>(socket.generation) << 32) | wire.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket.fd, &event) != 0) fail("epoll_ctl");
}

void Loop::destroy(WireId wire) {
  Socket& socket = sockets_[wire.get()];
  if (socket.fd >= 0) ::close(socket.fd);
  socket.fd = -1;
  socket.events = nullptr;
  if (wire.get() < tls_.size()) tls_[wire.get()].reset();
  // Its 29 bits keep clear of the values that mean a listener or posted work.
  socket.generation = (socket.generation + 1U) & 0x1FFFFFFFU;
  free_.push_back(wire.get());
}

std::size_t Loop::send(WireId wire, std::string_view bytes) {
  if (TlsSession* const tls = tls_of(wire)) return send_tls(wire, *tls, bytes);
  return send_raw(wire, bytes);
}

std::size_t Loop::send_raw(WireId wire, std::string_view bytes) {
  const Socket& socket = sockets_[wire.get()];
  for (;;) {
    const ssize_t sent = ::send(socket.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      if (static_cast<std::size_t>(sent) < bytes.size()) watch(wire, socket.interest | EPOLLOUT);
      return static_cast<std::size_t>(sent);
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      watch(wire, socket.interest | EPOLLOUT);
      return 0;
    }
    // Broken: epoll says so in the next turn.
    return bytes.size();
  }
}

void Loop::pause_reading(WireId wire, bool paused) {
  const std::uint32_t interest = sockets_[wire.get()].interest;
  constexpr auto kIn = static_cast<std::uint32_t>(EPOLLIN);
  watch(wire, paused ? interest & ~kIn : interest | kIn);
}

void Loop::close(WireId wire, realtime::CloseMode mode) {
  Socket& socket = sockets_[wire.get()];
  if (mode == realtime::CloseMode::kReset) {
    const ::linger reset{1, 0};
    ::setsockopt(socket.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    destroy(wire);
    return;
  }
  socket.events = nullptr;
  if (TlsSession* const tls = tls_of(wire)) return close_tls(wire, *tls);
  ::shutdown(socket.fd, SHUT_WR);
  linger(wire, limits::kCloseTimeoutMs);
}

void Loop::linger(WireId wire, std::int64_t ms_max) {
  // Closing with unread input would reset the connection, and the reset could overtake the answer.
  // So what still comes in is read and dropped for a moment.
  Socket& socket = sockets_[wire.get()];
  constexpr auto kOut = static_cast<std::uint32_t>(EPOLLOUT);
  watch(wire, EPOLLIN | (tls_of(wire) == nullptr ? 0 : socket.interest & kOut));
  lingering_.push_back({wire, socket.generation, clock_.steady_ms() + ms_max});
}

void Loop::end_lingering(std::int64_t now_ms) {
  std::erase_if(lingering_, [&](const Lingering& entry) {
    if (sockets_[entry.wire.get()].generation != entry.generation) return true;
    if (entry.deadline_ms > now_ms) return false;
    destroy(entry.wire);
    return true;
  });
}

std::unique_ptr<realtime::DetachedWire> Loop::detach(WireId wire) {
  Socket& socket = sockets_[wire.get()];
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket.fd, nullptr);
  std::unique_ptr<TlsSession> tls;
  if (tls_of(wire) != nullptr) tls = std::move(tls_[wire.get()]);
  auto detached = std::make_unique<DetachedSocket>(std::exchange(socket.fd, -1), std::move(tls));
  destroy(wire);
  return detached;
}

std::optional<WireId> Loop::adopt(std::unique_ptr<realtime::DetachedWire> wire,
                                  realtime::WireEvents& events) {
  auto& socket = static_cast<DetachedSocket&>(*wire);
  const auto adopted = insert(socket.fd.release());
  if (!adopted) return adopted;
  sockets_[adopted->get()].events = &events;
  if (socket.tls) {
    set_tls(*adopted, std::move(socket.tls));
    send_owed(*adopted, *tls_of(*adopted));
  }
  return adopted;
}

}  // namespace tillcast::net
