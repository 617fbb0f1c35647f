#include "member.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "protocol/websocket.h"

namespace tillcast::bench {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Member::Member(const Dialect& dialect, std::uint16_t port, bool joins)
    : dialect_(dialect),
      fd_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      port_(port),
      joins_(joins) {
  if (fd_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const linger reset{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    fail("connect");
  }
}

Member::~Member() { ::close(fd_); }

std::uint64_t Member::segments_received() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) fail("TCP_INFO");
  return info.tcpi_data_segs_in;
}

void Member::on_connected() { send(dialect_.upgrade_request(port_)); }

void Member::send(std::string_view bytes) const {
  const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  // What a member says at once is far below a socket's buffer.
  if (sent != static_cast<ssize_t>(bytes.size())) fail("send");
}

void Member::on_readable(std::string& buffer, Deliveries& deliveries) {
  rest_.copy(buffer.data(), rest_.size());
  const ssize_t got =
      ::recv(fd_, buffer.data() + rest_.size(), buffer.size() - rest_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) fail("recv");
  if (got == 0) throw std::runtime_error("the server closed a connection");
  const std::string_view bytes(buffer.data(), rest_.size() + static_cast<std::size_t>(got));
  take(bytes, deliveries);
}

void Member::take(std::string_view bytes, Deliveries& deliveries) {
  if (!upgraded_) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      rest_ = bytes;
      return;
    }
    if (!bytes.starts_with("HTTP/1.1 101 "))
      throw std::runtime_error("no upgrade: " + std::string(bytes));
    bytes.remove_prefix(end + 4);
    upgraded_ = true;
    speak_up();
  }
  const std::size_t size = dialect_.delivery_bytes();
  while (!bytes.empty()) {
    if (bytes.size() >= size) {
      if (const auto sequence = dialect_.sequence_of(bytes.data())) {
        if (*sequence != next_) {
          throw std::runtime_error("a member got number " + std::to_string(*sequence) + " where " +
                                   std::to_string(next_) + " was due");
        }
        ++next_;
        deliveries.on_delivery(*sequence);
        bytes.remove_prefix(size);
        continue;
      }
    }
    const std::size_t taken = take_frame(bytes);
    if (taken == 0) break;
    bytes.remove_prefix(taken);
  }
  rest_ = bytes;
}

std::size_t Member::take_frame(std::string_view bytes) {
  if (bytes.size() < 2) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t head = 2;
  std::size_t size = byte(1);
  if (size == 126) {
    if (bytes.size() < 4) return 0;
    head = 4;
    size = static_cast<std::size_t>(byte(2)) << 8 | byte(3);
  } else if (size > 126) {
    throw std::runtime_error("a frame that is masked or very long");
  }
  if (bytes.size() < head + size) return 0;
  const std::string_view payload = bytes.substr(head, size);
  switch (static_cast<protocol::Opcode>(byte(0) & 0x0F)) {
    case protocol::Opcode::kText:
      take_text(payload);
      break;
    case protocol::Opcode::kPing: {
      std::string pong;
      protocol::append_masked_frame(pong, protocol::Opcode::kPong, payload, 0);
      send(pong);
      break;
    }
    case protocol::Opcode::kPong:
      break;
    default:
      throw std::runtime_error("a frame that nobody expects");
  }
  return head + size;
}

void Member::take_text(std::string_view text) {
  if (const auto answer = dialect_.answer(text)) {
    send(masked_text(*answer));
    return;
  }
  if (ready() || !text.starts_with(dialect_.opening(joins_)[step_].expected)) {
    throw std::runtime_error("a message that was not published: " + std::string(text));
  }
  const std::string& say = dialect_.opening(joins_)[step_].say;
  ++step_;
  if (!say.empty()) send(masked_text(say));
  speak_up();
}

void Member::speak_up() {
  const auto& opening = dialect_.opening(joins_);
  while (step_ < opening.size() && opening[step_].expected.empty()) {
    send(masked_text(opening[step_].say));
    ++step_;
  }
}

}  // namespace tillcast::bench
