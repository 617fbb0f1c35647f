#include "contracts/screen.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "common/server_frame.h"

namespace tillcast::bench {

namespace {

constexpr int kAnswerMsMax = 5'000;

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void wait_for(int fd, short events) {
  pollfd waited{fd, events, 0};
  if (::poll(&waited, 1, kAnswerMsMax) != 1) {
    throw std::runtime_error("the server does not answer a screen that opens");
  }
}

}  // namespace

Screen::Screen(const Script& script) : script_(&script) {
  auto socket = ClientSocket::connect(script.port);
  if (!socket) throw std::runtime_error("the server is not there");
  socket_ = std::move(*socket);
  wait_for(fd(), POLLOUT);
  const std::string request =
      "GET " + script.target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(script.port) +
      "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (!socket_.send(request)) throw std::runtime_error("the server takes no request");
  std::string buffer(1 << 16, '\0');
  while (!ready_) {
    wait_for(fd(), POLLIN);
    read(buffer, 0);
  }
}

void Screen::read(std::string& buffer, std::uint64_t now_ns) {
  rest_.copy(buffer.data(), rest_.size());
  const ssize_t got = ::recv(fd(), buffer.data() + rest_.size(), buffer.size() - rest_.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) throw std::runtime_error("the server ended a screen");
  std::string_view bytes(buffer.data(), rest_.size() + static_cast<std::size_t>(got));
  if (!upgraded_) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      rest_ = bytes;
      return;
    }
    if (!bytes.starts_with("HTTP/1.1 101 ")) throw std::runtime_error(std::string(bytes));
    bytes.remove_prefix(end + 4);
    upgraded_ = true;
    go_on();
  }
  while (const auto frame = read_server_frame(bytes)) {
    if (frame->opcode == protocol::Opcode::kText) take_text(frame->payload, now_ns);
    if (frame->opcode == protocol::Opcode::kClose) throw std::runtime_error("a screen was closed");
    bytes.remove_prefix(frame->bytes);
  }
  rest_ = bytes;
}

void Screen::take_text(std::string_view text, std::uint64_t now_ns) {
  if (text == "2") return say("3");  // Engine.IO's ping
  if (ready_) {
    const bool is_it =
        shown_ns_ == 0 && std::all_of(script_->shown.begin(), script_->shown.end(),
                                      [text](const auto& part) { return holds(text, part); });
    if (is_it) shown_ns_ = now_ns;
    return;
  }
  const auto& steps = script_->steps;
  if (step_ < steps.size() && holds(text, steps[step_].expected)) {
    say(steps[step_++].said);
    return go_on();
  }
  ready_ = step_ == steps.size() && holds(text, script_->ready);
}

/// Says what waits for nothing more.
void Screen::go_on() {
  const auto& steps = script_->steps;
  while (step_ < steps.size() && steps[step_].expected == Script::kOpen) say(steps[step_++].said);
}

void Screen::say(std::string_view text) {
  if (!socket_.send(masked_text(text))) throw std::runtime_error("a screen cannot say anything");
}

}  // namespace tillcast::bench
