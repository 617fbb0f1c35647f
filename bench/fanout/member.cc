#include "member.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "common/server_frame.h"

namespace tillcast::bench {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Member::Member(const Dialect& dialect, std::uint16_t port, bool joins)
    : dialect_(dialect), port_(port), joins_(joins) {
  auto socket = ClientSocket::connect(port);
  if (!socket) fail("connect");
  socket_ = std::move(*socket);
}

std::uint64_t Member::segments_received() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) fail("TCP_INFO");
  return info.tcpi_data_segs_in;
}

void Member::on_connected() { send(dialect_.upgrade_request(port_)); }

void Member::send(std::string_view bytes) const {
  if (!socket_.send(bytes)) fail("send");
}

void Member::on_readable(std::string& buffer, Deliveries& deliveries) {
  rest_.copy(buffer.data(), rest_.size());
  const ssize_t got =
      ::recv(fd(), buffer.data() + rest_.size(), buffer.size() - rest_.size(), MSG_DONTWAIT);
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
  const auto frame = read_server_frame(bytes);
  if (!frame) return 0;
  switch (frame->opcode) {
    case protocol::Opcode::kText:
      take_text(frame->payload);
      break;
    case protocol::Opcode::kPing: {
      std::string pong;
      protocol::append_masked_frame(pong, protocol::Opcode::kPong, frame->payload, 0);
      send(pong);
      break;
    }
    case protocol::Opcode::kPong:
      break;
    default:
      throw std::runtime_error("a frame that nobody expects");
  }
  return frame->bytes;
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
