// floor: the least that a fan-out costs the kernel. One epoll loop that answers the upgrade, keeps
// the members in a list and frames each message once; no limits, no checks, no second room.
//
// --each sends every message to every member by itself. Without it all messages of one turn are put
// together and every member gets one send a turn. Members of whom the socket is full lose data, and
// the load notices: the floor is for measuring alone.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/websocket.h"

namespace {

using tillcast::protocol::Opcode;

// The answer to the one key that the load sends.
constexpr std::string_view kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

void check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

class Floor {
 public:
  Floor(std::uint16_t port, bool each) : each_(each), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
          "bind");
    check(::listen(listener_, SOMAXCONN) == 0, "listen");
    watch(listener_);
  }

  void run() {
    std::array<epoll_event, 512> events;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          accept();
        } else {
          read(fd);
        }
      }
      flush();
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  }

  void accept() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(fd);
    }
  }

  void read(int fd) {
    const ssize_t got = ::recv(fd, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) {
      std::erase(members_, fd);
      ::close(fd);
      return;
    }
    std::span<char> bytes(buffer_.data(), static_cast<std::size_t>(got));
    if (bytes[0] == 'G') {
      ::send(fd, kUpgraded.data(), kUpgraded.size(), MSG_NOSIGNAL);
      return;
    }
    // The load's frames are text, masked, final and, because it sends each by itself, whole; or the
    // next read brings the rest.
    std::string& rest = rest_;
    rest.append(bytes.data(), bytes.size());
    std::size_t at = 0;
    while (const std::size_t taken = take(fd, std::span(rest).subspan(at))) at += taken;
    rest.erase(0, at);
  }

  std::size_t take(int fd, std::span<char> bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.size() < 8) return 0;
    std::size_t head = 6;
    std::size_t size = byte(1) & 0x7F;
    if (size == 126) {
      head = 8;
      size = static_cast<std::size_t>(byte(2)) << 8 | byte(3);
    }
    if (bytes.size() < head + size) return 0;
    const std::span<char> payload = bytes.subspan(head, size);
    for (std::size_t i = 0; i < size; ++i) payload[i] ^= bytes[head - 4 + i % 4];
    const std::string_view text(payload.data(), payload.size());
    if (text == "join") {
      members_.push_back(fd);
      ::send(fd, "\x81\x02ok", 4, MSG_NOSIGNAL);
    } else {
      tillcast::protocol::append_frame(owed_, Opcode::kText, text);
      if (each_) flush();
    }
    return head + size;
  }

  void flush() {
    if (owed_.empty()) return;
    for (const int fd : members_) ::send(fd, owed_.data(), owed_.size(), MSG_NOSIGNAL);
    owed_.clear();
  }

  bool each_;
  int epoll_;
  int listener_;
  std::vector<int> members_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::string rest_;
  std::string owed_;
};

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  bool each = false;
  CLI::App app("The kernel's part of a fan-out.");
  app.add_option("--port", port)->required();
  app.add_flag("--each", each, "one send a message and member, not one a turn");
  CLI11_PARSE(app, argc, argv);
  Floor floor(port, each);
  std::puts("ready");
  std::fflush(stdout);
  floor.run();
}
