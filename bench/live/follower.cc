#include "live/follower.h"

#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>

#include "common/server_frame.h"

namespace tillcast::bench {

namespace {

[[noreturn]] void unexpected(std::string_view text) {
  throw std::runtime_error("the server said what nobody expects: " + std::string(text));
}

/// The text member `name` of an object whose texts have nothing escaped; empty if it has none.
std::string_view member(std::string_view json, std::string_view name) {
  std::string key = "\"";
  key.append(name).append("\":\"");
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t start = at + key.size();
  return json.substr(start, json.find('"', start) - start);
}

constexpr std::string_view kChange = "[\"change\",";

}  // namespace

bool Follower::connect(std::uint64_t now_ns) {
  auto socket = ClientSocket::connect(following_.port);
  if (!socket) return false;
  socket_ = std::move(*socket);
  state_ = State::kUpgrading;
  connect_ns_ = now_ns;
  return true;
}

void Follower::on_connected() {
  const std::string request =
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:" +
      std::to_string(following_.port) +
      "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  // A connection that is broken already says so when it is read.
  (void)socket_.send(request);
}

void Follower::cut() {
  socket_.reset();
  state_ = State::kAway;
  rest_.clear();
}

bool Follower::on_readable(std::string& buffer, std::uint64_t now_ns) {
  rest_.copy(buffer.data(), rest_.size());
  const ssize_t got = ::recv(fd(), buffer.data() + rest_.size(), buffer.size() - rest_.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return false;
  take(std::string_view(buffer.data(), rest_.size() + static_cast<std::size_t>(got)), now_ns);
  return state_ != State::kAway;
}

void Follower::take(std::string_view bytes, std::uint64_t now_ns) {
  if (state_ == State::kUpgrading) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      rest_ = bytes;
      return;
    }
    if (!bytes.starts_with("HTTP/1.1 101 ")) unexpected(bytes);
    bytes.remove_prefix(end + 4);
    state_ = State::kOpening;
  }
  while (const auto frame = read_server_frame(bytes)) {
    if (frame->opcode == protocol::Opcode::kClose) return cut();
    if (frame->opcode != protocol::Opcode::kText) unexpected(frame->payload);
    take_text(frame->payload, now_ns);
    bytes.remove_prefix(frame->bytes);
  }
  rest_ = bytes;
}

void Follower::take_text(std::string_view text, std::uint64_t now_ns) {
  if (text == "2") return say("3");  // Engine.IO's ping
  // With recovery, what was missed comes before the answer to CONNECT.
  if (text.starts_with("42[")) return on_event(text.substr(2), now_ns);
  if (state_ == State::kOpening && text.starts_with("0{")) {
    state_ = State::kConnecting;
    std::string auth;
    const auto add = [&auth](std::string_view name, const std::string& value) {
      if (value.empty()) return;
      auth += auth.empty() ? "{\"" : ",\"";
      auth.append(name).append("\":\"").append(value).append("\"");
    };
    add("token", following_.token);
    add("pid", pid_);
    add("offset", offset_);
    return say("40" + (auth.empty() ? auth : auth + "}"));
  }
  if (state_ == State::kConnecting && text.starts_with("40{")) {
    return on_connect_answer(text.substr(2), now_ns);
  }
  if (state_ == State::kJoining && text.starts_with("430[")) {
    return on_joined(text.substr(3), now_ns);
  }
  unexpected(text);
}

void Follower::on_connect_answer(std::string_view json, std::uint64_t now_ns) {
  const std::string_view pid = member(json, "pid");
  if (!pid.empty() && pid == pid_) {
    ++counts_.recovered;
    return enter(now_ns);
  }
  pid_ = pid;
  offset_.clear();
  state_ = State::kJoining;
  std::string join = R"(420["join",{"room":")" + following_.room + "\"";
  if (!epoch_.empty()) {
    join += ",\"since\":\"" + epoch_ + ":" + std::to_string(received_.last_lsn()) + "\"";
  }
  say(join + "}]");
}

void Follower::on_joined(std::string_view json, std::uint64_t now_ns) {
  const std::string_view position = member(json, "position");
  const std::size_t colon = position.find(':');
  std::uint64_t lsn = 0;
  if (colon == std::string_view::npos ||
      std::from_chars(position.data() + colon + 1, position.data() + position.size(), lsn).ec !=
          std::errc()) {
    unexpected(json);
  }
  const bool first = epoch_.empty();
  epoch_ = position.substr(0, colon);
  if (json.find("\"resumed\":true") != std::string_view::npos) {
    ++counts_.resumed;
  } else {
    if (!first) ++counts_.anew;
    received_.start_at(lsn);
  }
  enter(now_ns);
}

void Follower::on_event(std::string_view array, std::uint64_t now_ns) {
  if (array.starts_with("[\"reset\",")) {
    ++counts_.resets;
    return;
  }
  if (!array.starts_with(kChange)) unexpected(array);
  std::string_view body = array.substr(kChange.size());
  body.remove_suffix(1);
  if (body.ends_with('"')) {
    // The last argument is the event's offset. It has no commas in it.
    const std::size_t comma = body.rfind(',');
    offset_ = body.substr(comma + 2, body.size() - comma - 3);
    body = body.substr(0, comma);
  }
  received_.take(body, now_ns);
}

void Follower::enter(std::uint64_t now_ns) {
  state_ = State::kInRoom;
  way_in_ns_ = now_ns - connect_ns_;
}

void Follower::say(std::string_view text) {
  // A connection that is broken already says so when it is read.
  (void)socket_.send(masked_text(text));
}

}  // namespace tillcast::bench
