#include "net/reactor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "net/loop.h"
#include "realtime/server.h"

namespace tillcast::net {

namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

bool parse_address(const std::string& host, std::uint16_t port, Address& address) {
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.length = sizeof v4;
    return true;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.length = sizeof v6;
    return true;
  }
  return false;
}

std::uint16_t port_of(int fd) {
  Address address;
  address.length = sizeof address.storage;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.length);
  return ntohs(address.storage.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port
                   : reinterpret_cast<sockaddr_in&>(address.storage).sin_port);
}

/// A connection is a descriptor, and the usual soft limit of 1024 is for programs that use
/// select().
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Reactor::Reactor(ReactorOptions options, const Clock& clock, Random& random) {
  allow_many_descriptors();
  for (std::size_t i = 0; i < options.loops; ++i) {
    loops_.push_back(std::make_unique<Loop>(static_cast<std::uint32_t>(i), clock, random));
    shards_.push_back(&loops_.back()->shard());
  }
}

Reactor::~Reactor() {
  for (const int fd : listeners_) ::close(fd);
}

Result<std::uint16_t, std::string> Reactor::listen(const std::string& host, std::uint16_t port,
                                                   realtime::Server& server,
                                                   const TlsContext* tls) {
  const auto at = " " + host + ":" + std::to_string(port);
  Address address;
  if (!parse_address(host == "localhost" ? "127.0.0.1" : host, port, address)) {
    return "cannot listen on" + at + ": give an IP address, such as 127.0.0.1 or ::1";
  }
  const int family = address.storage.ss_family;
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // What is accepted inherits it.
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (fd.get() < 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0 ||
      ::listen(fd.get(), SOMAXCONN) != 0) {
    const int error = errno;
    return "cannot listen on" + at + ": " + std::strerror(error) +
           (error == EADDRINUSE ? "; stop the other program or choose another port" : "");
  }
  for (const auto& loop : loops_) loop->add_listener(fd.get(), server, tls);
  server.attach(shards_);
  listeners_.push_back(fd.get());
  return port_of(fd.release());
}

void Reactor::run() {
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < loops_.size(); ++i) {
    threads.emplace_back([loop = loops_[i].get()] { loop->run(); });
  }
  loops_.front()->run();
  for (std::thread& thread : threads) thread.join();
}

void Reactor::stop() {
  for (const auto& loop : loops_) loop->stop();
}

}  // namespace tillcast::net
