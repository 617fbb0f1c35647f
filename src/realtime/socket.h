// A Socket.IO socket: one client in one namespace.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "realtime/peer.h"
#include "realtime/sid.h"

namespace tillcast::realtime {

class Broadcast;
class Namespace;
class Socket;
class SocketIoClient;
class SocketRecovery;

/// The arguments of an event or an acknowledgement. Valid only during the handler's call.
struct Arguments {
  boost::json::array& values;
  /// What the placeholders `{"_placeholder":true,"num":n}` in `values` stand for.
  std::vector<std::string>& attachments;
};

/// Answers an event whose sender asked for an acknowledgement. A value; any thread; once.
class Ack {
 public:
  Ack() = default;
  Ack(const Socket& socket, std::uint64_t id);

  /// False if the sender did not ask for one; calling it then does nothing.
  explicit operator bool() const { return id_.has_value(); }
  /// With binary: placeholders in `values` name the attachments. False, and nothing is sent, above
  /// Namespace::attachments_max().
  bool operator()(const boost::json::array& values,
                  std::vector<std::string> attachments = {}) const;
  /// `values_json` is the JSON array of the answer.
  bool send_json(std::string values_json, std::vector<std::string> attachments = {}) const;

 private:
  PeerRef socket_;
  std::optional<std::uint64_t> id_;
  std::size_t attachments_max_ = 0;
};

using EventHandler = std::function<void(Socket&, Arguments&, const Ack&)>;
/// Called once: with the answer, or with null when the time ran out or the socket went.
using AckHandler = std::function<void(Socket&, Arguments*)>;

/// Its loop's thread only, but for ref().
class Socket final : public Peer {
 public:
  Socket(SocketIoClient& client, Namespace& nsp, Space& space, Sid id, boost::json::value auth);
  ~Socket() override;
  // In the memory of its shard.
  static void* operator new(std::size_t bytes, Shard& shard);
  static void operator delete(void* memory, Shard& shard);
  static void operator delete(Socket* self, std::destroying_delete_t);

  [[nodiscard]] std::string_view id() const { return id_.view(); }
  [[nodiscard]] Namespace& nsp() const { return nsp_; }
  [[nodiscard]] const boost::json::value& auth() const;
  [[nodiscard]] bool connected() const { return connected_; }
  /// Forgets what the client sent as `auth`, once nobody needs it.
  void drop_auth();

  /// A handler for this socket alone; those of Namespace::on() serve all and cost no memory a
  /// socket.
  void on(std::string event, EventHandler handler);

  // With binary, placeholders in `values` name the attachments. What Namespace::may_emit() refuses
  // is not sent, and the answer is false.

  bool emit(std::string_view event, const boost::json::array& values = {},
            const std::vector<std::string>& attachments = {});
  /// Asks for an answer; at most limits::kPendingAcksMax are open, the next one fails at once.
  bool emit_with_ack(std::string_view event, const boost::json::array& values,
                     std::int64_t timeout_ms, AckHandler handler,
                     const std::vector<std::string>& attachments = {});
  /// Only if it can go out at once: dropped while the client is slow, or between two polls.
  bool emit_volatile(std::string_view event, const boost::json::array& values = {},
                     const std::vector<std::string>& attachments = {});

  /// The client came back to the session that it had, and was sent what it missed.
  [[nodiscard]] bool recovered() const;
  void save_rooms(std::vector<SavedRoom> rooms, std::function<void(bool saved)> done) override;

  /// To a room, without this socket.
  [[nodiscard]] Broadcast to(std::string room) const;
  /// To all sockets of the namespace but this one.
  [[nodiscard]] Broadcast broadcast() const;

  /// Leaves the namespace; with `close`, ends the client's whole connection.
  void disconnect(bool close = false);

  void refuse(const Refusal& refusal) override;
  /// The event `error` with {code, detail}.
  void tell_refusal(const Refusal& refusal);
  [[nodiscard]] const protocol::HttpRequest& handshake() const override;
  void drop_handshake() override;
  /// The client's IP address, and when it connected (Unix time); gone with drop_handshake().
  [[nodiscard]] const std::string& address() const;
  [[nodiscard]] std::int64_t issued_ms() const;
  /// What Socket.IO servers call `handshake`: headers, time, address, xdomain, secure, issued, url,
  /// query and auth.
  [[nodiscard]] boost::json::object handshake_details() const;
  [[nodiscard]] std::size_t backlog_bytes() const override;
  [[nodiscard]] bool writable() const override;

 private:
  friend class Broadcast;
  friend class SocketIoClient;
  friend class SocketRecovery;
  friend class Ack;
  struct PendingAck;
  struct Extra;

  [[nodiscard]] Encoding encoding() const override;
  [[nodiscard]] Connection* connection() const override;
  void deliver_payload(const std::shared_ptr<const std::string>& payload) override;
  void send_now(const Publication& publication, EventPlace place) override;
  void rooms_changed() override;
  void send_event(const Publication& publication, EventPlace place);

  /// Sends an event as Publication::event_json has it and calls `handler` as emit_with_ack() does.
  void ask(std::string_view event_json, std::int64_t timeout_ms, AckHandler handler,
           const std::vector<std::string>& attachments);
  void send_ack(std::uint64_t id, std::string_view array_json,
                const std::vector<std::string>& attachments);
  void handle_event(Arguments& arguments, const Ack& ack);
  void handle_ack(std::uint64_t id, Arguments& arguments);
  /// Accepted by the middleware: connects now, or when it has its session.
  void accept();
  void confirm();
  /// Another socket goes on with this one's session.
  void superseded();
  void closed(bool for_good);

  /// Made on first use.
  Extra& extra();

  SocketIoClient& client_;
  Namespace& nsp_;
  Sid id_;
  bool connected_ = false;
  std::unique_ptr<Extra> extra_;  // what most sockets do without
  std::unique_ptr<SocketRecovery> recovery_;
  std::unique_ptr<Socket> next_;  // of the same client
};
// There is one for each client: docs/benchmarks.md says where a client's memory is.
static_assert(sizeof(Socket) <= 112);

}  // namespace tillcast::realtime
