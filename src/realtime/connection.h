// One byte stream from a client: HTTP/1.1 requests at first, a WebSocket after an upgrade.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/timer_wheel.h"
#include "base/token_bucket.h"
#include "protocol/engineio.h"
#include "protocol/http.h"
#include "protocol/websocket.h"
#include "realtime/address_counts.h"
#include "realtime/http.h"
#include "realtime/outbox.h"
#include "realtime/wire.h"

namespace tillcast::realtime {

class Connection;
class EngineSession;
class EventStreamPeer;
class Namespace;
class Server;
class Shard;
class WebSocketPeer;

/// Who a connection's WebSocket messages are for: a session.
class WebSocketUser {
 public:
  virtual void on_text(Connection& connection, std::string_view text) = 0;
  virtual void on_binary(Connection& connection, std::string_view bytes) = 0;
  /// The client sends more than it may (ServerOptions::messages_per_connection).
  virtual void on_too_many_messages() = 0;
  /// The WebSocket ended; nothing may be sent on it any more.
  virtual void on_websocket_closed(Connection& connection) = 0;

 protected:
  ~WebSocketUser() = default;
};

/// Owned by its shard; the loop's thread only. Bounds: one request at a time (limits::kHttp*), one
/// message (ServerOptions::message_bytes_max), what is owed (ServerOptions::outbox_bytes_max).
class Connection final : public WireEvents, private Timer {
 public:
  Connection(Shard& shard, Server& server, WireId wire, std::string peer_address,
             AddressCounts::Slot slot);
  ~Connection();

  // In the memory of its shard.
  static void* operator new(std::size_t bytes, Shard& shard);
  static void operator delete(void* memory, Shard& shard);
  static void operator delete(Connection* self, std::destroying_delete_t);

  /// Names nothing once the connection has ended.
  [[nodiscard]] Handle handle() const;
  [[nodiscard]] Server& server() const { return server_; }
  [[nodiscard]] Shard& shard() const { return shard_; }

  void on_bytes(std::span<std::byte> bytes) override;
  void on_writable() override;
  void on_closed() override;

  /// Answers the request of that number, if it still waits.
  void reply(std::uint32_t request, protocol::HttpResponse response);

  /// Answers it by a stream of events.
  void open_events(std::uint32_t request, Namespace& nsp,
                   const std::function<void(EventStreamPeer&)>& opened);
  /// Ends that stream after what is owed has gone out.
  void end_events() {
    if (state_ == State::kEvents) close_when_flushed();
  }

  /// Goes on here with a stream and a request that another loop took in.
  void take_over(protocol::HttpRequest request, std::string rest);
  void set_wire(WireId wire) { wire_ = wire; }
  [[nodiscard]] WireId wire() const { return wire_; }
  /// The upgrade that this WebSocket was opened for is done.
  void confirm_probe() { TimerWheel::disarm(*this); }

  // On a WebSocket.

  /// One text message, `prefix` before `payload` (nothing if it is NUL).
  void send_text(std::string_view payload, char prefix = '\0');
  void send_binary(std::string_view payload);
  /// Shares frames that are already encoded, and sends them at once if nothing is owed.
  void send_frames(const Outbox::Bytes& frames);
  /// The same, but at the end of the turn, together with what else is owed.
  void queue_frames(const Outbox::Bytes& frames);
  /// Keeps what the stream did not take of frames that were sent to it past this object.
  void owe_frames(const Outbox::Bytes& frames, std::size_t taken);
  void close_websocket(protocol::CloseCode code, std::string_view reason);
  void set_user(WebSocketUser& user) { user_ = &user; }
  /// A plain WebSocket is pinged, and told why if it is ended, by the connection itself.
  void set_plain(WebSocketUser& user);
  /// Of permessage-deflate; 0 if the client did not agree to it.
  [[nodiscard]] int deflate_window_bits() const { return static_cast<int>(deflate_window_bits_); }

  /// Bytes that the stream did not take yet.
  [[nodiscard]] std::size_t backlog_bytes() const { return outbox_ ? outbox_->bytes() : 0; }
  /// Sends what is owed as far as the stream takes it. The shard calls it at the end of a turn.
  void flush();
  /// Ends the stream at once.
  void abort();
  /// The server is going away: 1001 for a plain WebSocket; an idle HTTP connection is closed.
  void drain();
  [[nodiscard]] bool closed() const { return state_ == State::kClosed; }

 private:
  enum class State : std::uint8_t {
    kHttp,
    kWebSocket,
    kEvents,   // an answer that goes on: events are sent, what comes in is dropped
    kClosing,  // nothing more is read or queued; what is owed goes out, then the stream ends
    kClosed
  };
  struct Http;
  struct Frames;
  /// What most connections do without.
  struct Rare {
    AddressCounts::Slot counted{};                    // if its address may have so many only
    TokenBucket said{};                               // if it may say so much only
    std::optional<protocol::FrameDecoder> decoder{};  // of a message that is not whole yet
  };
  friend class Shard;

  void on_timer() override;
  void on_message(const protocol::Message& message);
  void on_ping(std::span<const std::byte> payload);

  void read_http(std::span<const std::byte> bytes);
  void read_kept_input();
  /// The next request waits until the last one is answered and the answers are mostly taken.
  [[nodiscard]] bool http_must_wait() const;
  void read_websocket(std::span<std::byte> bytes);
  void send_message(protocol::Opcode opcode, std::string_view prefix, std::string_view payload);
  void hand_on(protocol::Opcode opcode, std::string_view data);
  /// False if this frame was one too many: then the client is refused.
  [[nodiscard]] bool may_say_more();
  void refuse_http(const protocol::HttpError& error);
  /// How large a body the request may have whose head is read; nothing, and it is refused, if its
  /// address sends too many large ones.
  [[nodiscard]] std::optional<std::size_t> body_bytes_max(const protocol::HttpRequest& head);
  void handle_request(protocol::HttpRequest request);
  /// False, and the request is answered, if its address asks too often.
  [[nodiscard]] bool may_ask_more(const protocol::HttpRequest& request);
  void route(protocol::HttpRequest& request, protocol::Target target);
  [[nodiscard]] bool preflight(const protocol::HttpRequest& request);
  void add_cors(protocol::HttpResponse& response) const;
  [[nodiscard]] bool origin_allowed(const protocol::HttpRequest& request) const;
  [[nodiscard]] HttpReply reply_handle() const;

  void engine_request(protocol::HttpRequest request, const protocol::Target& target);
  void engine_handshake(protocol::HttpRequest request, bool upgrade);
  void decide_handshake(std::uint32_t request, bool admitted);
  void open_session(protocol::HttpRequest request, bool upgrade);
  void engine_session_request(EngineSession& session, const protocol::HttpRequest& request,
                              const protocol::engineio::Query& query, bool upgrade);
  void engine_refuse(protocol::engineio::RequestError error, bool upgrade);
  void hand_over(std::uint32_t shard, protocol::HttpRequest request);
  void send_off(std::span<const std::byte> rest);

  void open_endpoint(protocol::HttpRequest request, const std::string& path);
  /// Answers 101 and becomes a WebSocket; false if the request was refused.
  [[nodiscard]] bool upgrade(const protocol::HttpRequest& request,
                             std::vector<protocol::HttpField> headers = {});

  Rare& rare();
  Outbox& outbox();
  void mark_dirty();
  void check_backlog();
  void write(std::string_view bytes);
  /// Takes a state after which nothing more is sent, or only what is owed.
  void end(State state);
  /// Ends the stream after what is owed has gone out.
  void close_when_flushed();
  void arm_close_timer();
  /// Leaves the shard and tells the user; the object lives until the end of the turn.
  void detach_all();

  Shard& shard_;
  Server& server_;
  WireId wire_;
  // In one word: with a million connections each byte is a megabyte.
  static constexpr std::uint32_t kNoSlotHere = (1U << 18) - 1;
  static_assert(limits::kConnectionsPerLoopMax < kNoSlotHere);
  std::uint32_t slot_ : 18 = kNoSlotHere;  // among the shard's connections
  bool plain_ : 1 = false;                 // a WebSocket without Engine.IO
  std::uint32_t deflate_window_bits_ : 5 = 0;
  State state_ : 3 = State::kHttp;
  bool dirty_ : 1 = false;
  bool full_ : 1 = false;  // the stream took less than was offered
  bool alive_ : 1 = true;  // something came since the last ping
  bool detached_ : 1 = false;
  bool doomed_ : 1 = false;  // too slow: takes nothing more, and ends at the next flush
  std::unique_ptr<Http> http_;
  std::unique_ptr<Rare> rare_;
  WebSocketUser* user_ = nullptr;
  std::unique_ptr<Outbox> outbox_;
};
// There is one for each client: docs/benchmarks.md says where a client's memory is.
static_assert(sizeof(Connection) <= 96);

}  // namespace tillcast::realtime
