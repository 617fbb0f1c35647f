#include "realtime/connection.h"

#include <utility>

#include "base/limits.h"
#include "realtime/connection_http.h"
#include "realtime/engine_session.h"
#include "realtime/server.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

using protocol::CloseCode;
using protocol::Opcode;

namespace {

/// What a client that does not read is told (the codes from 4000 on are an application's own).
constexpr auto kTooSlow = static_cast<CloseCode>(4408);

}  // namespace

/// What the frames are that came in one read; on the stack, so that an idle connection needs none.
struct Connection::Frames final : protocol::FrameSink {
  explicit Frames(Connection& owner) : connection(owner) {}
  ~Frames() = default;
  void on_message(const protocol::Message& message) override { connection.on_message(message); }
  void on_ping(std::span<const std::byte> payload) override { connection.on_ping(payload); }
  void on_pong(std::span<const std::byte>) override {
    static_cast<void>(connection.may_say_more());
  }
  // The peer's code is echoed (RFC 6455 section 5.5.1).
  void on_close(CloseCode code, std::string_view) override { connection.close_websocket(code, {}); }

  Connection& connection;
};

Connection::Connection(Shard& shard, Server& server, WireId wire, std::string peer_address,
                       AddressCounts::Slot slot)
    : shard_(shard),
      server_(server),
      wire_(wire),
      http_(std::make_unique<Http>(std::move(peer_address))) {
  if (slot.counts()) rare().counted = std::move(slot);
  shard_.timers().arm(*this, shard_.clock().steady_ms() + limits::kHttpRequestTimeoutMs);
}

Connection::~Connection() = default;

void* Connection::operator new(std::size_t bytes, Shard& shard) {
  return shard.memory().allocate(bytes);
}

void Connection::operator delete(void* memory, Shard& shard) {
  shard.memory().deallocate(memory, sizeof(Connection));
}

void Connection::operator delete(Connection* self, std::destroying_delete_t) {
  Shard& shard = self->shard_;
  self->~Connection();
  operator delete(self, shard);
}

Handle Connection::handle() const {
  return shard_.connections_.handle(slot_ == kNoSlotHere ? kNoSlot : slot_);
}

void Connection::on_bytes(std::span<std::byte> bytes) {
  alive_ = true;
  if (state_ == State::kHttp) {
    if (http_must_wait()) {
      http_->keep(bytes);
      shard_.wire_.pause_reading(wire_, true);
    } else {
      read_http(bytes);
    }
  } else if (state_ == State::kWebSocket) {
    read_websocket(bytes);
  }
}

void Connection::read_websocket(std::span<std::byte> bytes) {
  Frames frames(*this);
  // Between messages a decoder knows nothing, so only one that is inside of a message is kept.
  const bool inside = rare_ && rare_->decoder;
  protocol::FrameDecoder decoder =
      inside ? std::move(*rare_->decoder)
             : protocol::FrameDecoder(
                   static_cast<std::uint32_t>(server_.options().message_bytes_max),
                   protocol::FrameDecoder::Role::kServer, deflate_window_bits_ != 0);
  const auto result = decoder.feed(bytes, frames);
  if (!decoder.idle()) {
    rare().decoder = std::move(decoder);
  } else if (inside) {
    rare_->decoder.reset();
  }
  if (result.has_error() && state_ == State::kWebSocket) close_websocket(result.error(), {});
}

bool Connection::may_say_more() {
  if (state_ != State::kWebSocket) return false;
  const Rate& rate = server_.options().messages_per_connection;
  if (rate.per_second <= 0 || rare().said.take(rate, shard_.clock().steady_ms()) == 0) return true;
  if (user_ != nullptr) user_->on_too_many_messages();
  // A session has closed its own.
  if (state_ == State::kWebSocket) {
    close_websocket(static_cast<CloseCode>(kCloseTooManyMessages), "too_many_messages");
  }
  return false;
}

void Connection::on_message(const protocol::Message& message) {
  if (!may_say_more()) return;
  const std::string_view payload(reinterpret_cast<const char*>(message.payload.data()),
                                 message.payload.size());
  if (!message.compressed) {
    hand_on(message.opcode, payload);
    return;
  }
  const auto inflated =
      shard_.deflate().inflate(message.opcode, payload, server_.options().message_bytes_max);
  if (inflated) {
    hand_on(message.opcode, *inflated);
  } else {
    close_websocket(inflated.error(), {});
  }
}

void Connection::hand_on(Opcode opcode, std::string_view data) {
  if (user_ == nullptr) return;
  if (opcode == Opcode::kText) {
    user_->on_text(*this, data);
  } else {
    user_->on_binary(*this, data);
  }
}

void Connection::on_ping(std::span<const std::byte> payload) {
  if (!may_say_more()) return;
  std::string frame;
  protocol::append_frame(frame, Opcode::kPong,
                         {reinterpret_cast<const char*>(payload.data()), payload.size()});
  write(frame);
}

void Connection::send_text(std::string_view payload, char prefix) {
  send_message(Opcode::kText, {&prefix, prefix == '\0' ? 0U : 1U}, payload);
}

void Connection::send_binary(std::string_view payload) {
  send_message(Opcode::kBinary, {}, payload);
}

void Connection::send_message(Opcode opcode, std::string_view prefix, std::string_view payload) {
  if (state_ != State::kWebSocket) return;
  const std::size_t size = prefix.size() + payload.size();
  std::string frame;
  if (deflate_window_bits_ != 0 && size >= limits::kDeflateMessageBytesMin) {
    std::string message(prefix);
    message.append(payload);
    shard_.deflate().append_frame(frame, opcode, message, deflate_window_bits_);
  } else {
    frame.reserve(protocol::frame_header_size(size) + size);
    protocol::append_frame_header(frame, opcode, size);
    frame.append(prefix).append(payload);
  }
  write(frame);
}

void Connection::send_frames(const Outbox::Bytes& frames) {
  if (state_ != State::kWebSocket || doomed_) return;
  std::size_t taken = 0;
  if (!full_ && backlog_bytes() == 0) {
    taken = shard_.wire_.send(wire_, *frames);
    if (taken == frames->size()) return;
    full_ = true;
  }
  outbox().append(frames, taken);
  check_backlog();
}

void Connection::queue_frames(const Outbox::Bytes& frames) {
  if ((state_ != State::kWebSocket && state_ != State::kEvents) || doomed_) return;
  outbox().append(frames);
  mark_dirty();
  check_backlog();
}

void Connection::owe_frames(const Outbox::Bytes& frames, std::size_t taken) {
  full_ = true;
  outbox().append(frames, taken);
  check_backlog();
}

void Connection::check_backlog() {
  // An HTTP answer may be larger than the limit: its client asked for it, and the next request
  // waits.
  if (state_ == State::kHttp || backlog_bytes() <= server_.options().outbox_bytes_max) return;
  // Too slow. Whoever sends may be walking through a room, so the end comes with the flush; its
  // memory is freed now. A plain WebSocket is told why, after the frame that is on its way.
  doomed_ = true;
  auto farewell = plain_ && state_ == State::kWebSocket ? outbox_->rest_of_frame() : std::nullopt;
  outbox_.reset();
  if (farewell) {
    protocol::append_close(*farewell, kTooSlow, "too_slow");
    outbox().append_copy(*farewell);
  }
  mark_dirty();
}

void Connection::mark_dirty() {
  if (dirty_) return;
  dirty_ = true;
  shard_.mark_dirty(*this);
}

Connection::Rare& Connection::rare() {
  if (!rare_) rare_ = std::make_unique<Rare>();
  return *rare_;
}

Outbox& Connection::outbox() {
  shard_.set_clear(wire_, false);
  if (!outbox_) outbox_ = std::make_unique<Outbox>();
  return *outbox_;
}

void Connection::write(std::string_view bytes) {
  if (state_ == State::kClosed || doomed_) return;
  outbox().append_copy(bytes);
  mark_dirty();
  check_backlog();
}

void Connection::flush() {
  dirty_ = false;
  if (state_ == State::kClosed) return;
  if (doomed_ && !outbox_) {
    abort();
    return;
  }
  if (doomed_) close_when_flushed();
  const std::size_t owed = backlog_bytes();
  if (outbox_ && !full_) {
    outbox_->flush(shard_.scratch_, [this](std::string_view bytes) {
      const std::size_t taken = shard_.wire_.send(wire_, bytes);
      if (taken < bytes.size()) full_ = true;
      return taken;
    });
    if (outbox_->empty()) outbox_.reset();
  }
  if (state_ == State::kWebSocket && !outbox_ && !full_) shard_.set_clear(wire_, true);
  if (state_ == State::kClosing && !outbox_) {
    end(State::kClosed);
    shard_.wire_.close(wire_, CloseMode::kGraceful);
    detach_all();
  } else if (state_ == State::kClosing && http_ && backlog_bytes() < owed) {
    arm_close_timer();
  } else if (state_ == State::kHttp && !outbox_ && !http_->reading && !http_->input.empty()) {
    read_kept_input();
  }
}

void Connection::arm_close_timer() {
  // The last bytes of a WebSocket are few; an HTTP answer may be long, and only a client that takes
  // nothing of it is given up.
  const std::int64_t patience = http_ ? limits::kHttpWriteStallMs : limits::kCloseTimeoutMs;
  shard_.timers().arm(*this, shard_.clock().steady_ms() + patience);
}

void Connection::on_writable() {
  full_ = false;
  if (!dirty_) flush();
}

void Connection::close_websocket(CloseCode code, std::string_view reason) {
  if (state_ != State::kWebSocket) return;
  std::string frame;
  protocol::append_close(frame, code, reason);
  write(frame);
  close_when_flushed();
}

void Connection::set_plain(WebSocketUser& user) {
  plain_ = true;
  user_ = &user;
  shard_.timers().arm(*this, shard_.clock().steady_ms() + server_.options().ping_interval_ms);
}

void Connection::end(State state) {
  state_ = state;
  shard_.set_clear(wire_, false);
}

void Connection::close_when_flushed() {
  if (state_ == State::kClosed || state_ == State::kClosing) return;
  end(State::kClosing);
  arm_close_timer();
  if (user_ != nullptr) std::exchange(user_, nullptr)->on_websocket_closed(*this);
  if (http_ && http_->events) shard_.bury(std::move(http_->events));
  mark_dirty();
}

void Connection::abort() {
  if (state_ == State::kClosed) return;
  end(State::kClosed);
  shard_.wire_.close(wire_, CloseMode::kReset);
  detach_all();
}

void Connection::on_closed() {
  if (state_ == State::kClosed) return;
  end(State::kClosed);
  detach_all();
}

void Connection::detach_all() {
  if (detached_) return;
  detached_ = true;
  TimerWheel::disarm(*this);
  outbox_.reset();
  if (http_ && http_->poller != nullptr) std::exchange(http_->poller, nullptr)->poll_cancelled();
  if (user_ != nullptr) std::exchange(user_, nullptr)->on_websocket_closed(*this);
  if (http_ && http_->events) shard_.bury(std::move(http_->events));
  shard_.remove(*this);
}

void Connection::on_timer() {
  const std::int64_t now = shard_.clock().steady_ms();
  switch (state_) {
    case State::kHttp:
      if (http_->idle()) {
        close_when_flushed();
      } else {
        refuse_http({408, "request_timeout",
                     "The request did not arrive in time. Send it again, in one piece."});
      }
      return;
    case State::kWebSocket:
      if (!plain_) {
        // A probe that was never upgraded.
        if (user_ != nullptr) close_websocket(CloseCode::kPolicyViolation, "no upgrade came");
        return;
      }
      if (!alive_) {
        abort();
        return;
      }
      alive_ = false;
      {
        std::string ping;
        protocol::append_frame(ping, Opcode::kPing, {});
        write(ping);
      }
      shard_.timers().arm(*this, now + server_.options().ping_interval_ms);
      return;
    case State::kClosing:
      abort();
      return;
    case State::kEvents:
    case State::kClosed:
      return;
  }
}

void Connection::drain() {
  if (state_ == State::kHttp && !http_->in_flight && http_->idle()) {
    close_when_flushed();
  } else if (state_ == State::kHttp) {
    http_->keep_alive_allowed = false;
    http_->keep_alive = false;
  } else if (state_ == State::kEvents) {
    close_when_flushed();
  } else if (state_ == State::kWebSocket) {
    close_websocket(CloseCode::kGoingAway, "the server is going away");
  }
}

}  // namespace tillcast::realtime
