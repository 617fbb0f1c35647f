// One Socket.IO client over a WebSocket that follows one room through any number of connections, as
// an application with socket.io-client does: connection state recovery where the server has it,
// else a new join from the last change it knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/client_socket.h"
#include "live/received.h"

namespace tillcast::bench {

/// What all followers of a crowd have in common.
struct Following {
  std::uint16_t port;
  std::string room;
  std::string token;  // empty: nobody in particular
  bool with_checksum;
};

/// Throws std::runtime_error with a sentence when the server says what it must not.
class Follower {
 public:
  explicit Follower(const Following& following)
      : following_(following), received_(following.with_checksum) {}

  /// Starts to connect; false if the server is not there.
  bool connect(std::uint64_t now_ns);
  /// The connection stands: asks for the upgrade.
  void on_connected();
  /// Takes all that one read gave, `buffer` being free for it; false if the connection is over.
  [[nodiscard]] bool on_readable(std::string& buffer, std::uint64_t now_ns);
  /// Ends the connection from this side, by a reset.
  void cut();

  [[nodiscard]] int fd() const { return socket_.fd(); }
  [[nodiscard]] bool connected() const { return socket_.open(); }
  [[nodiscard]] bool in_room() const { return state_ == State::kInRoom; }
  [[nodiscard]] const Received& received() const { return received_; }
  [[nodiscard]] Received& received() { return received_; }

  /// From connect() until it was in the room, of the last time.
  [[nodiscard]] std::uint64_t way_in_ns() const { return way_in_ns_; }

  struct Counts {
    std::uint64_t recovered = 0;  // by connection state recovery
    std::uint64_t resumed = 0;    // by join with since
    std::uint64_t anew = 0;       // came back with nothing of what was missed
    std::uint64_t resets = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  enum class State : std::uint8_t { kAway, kUpgrading, kOpening, kConnecting, kJoining, kInRoom };

  void take(std::string_view bytes, std::uint64_t now_ns);
  void take_text(std::string_view text, std::uint64_t now_ns);
  void on_connect_answer(std::string_view json, std::uint64_t now_ns);
  void on_joined(std::string_view json, std::uint64_t now_ns);
  void on_event(std::string_view array, std::uint64_t now_ns);
  void enter(std::uint64_t now_ns);
  void say(std::string_view text);

  const Following& following_;
  ClientSocket socket_;
  State state_ = State::kAway;
  std::string rest_;    // the beginning of a frame whose end did not come yet
  std::string pid_;     // empty: the server has no recovery
  std::string offset_;  // of the last event; empty before the first
  std::string epoch_;   // of the positions; empty before the first join was answered
  Received received_;
  Counts counts_;
  std::uint64_t connect_ns_ = 0;
  std::uint64_t way_in_ns_ = 0;
};

}  // namespace tillcast::bench
