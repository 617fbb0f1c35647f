// One open screen of some front end: a WebSocket that says what its contract wants said, and then
// waits for one kind of message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/client_socket.h"

namespace tillcast::bench {

/// What a contract's screen says when. Texts are looked for anywhere in a message.
struct Script {
  static constexpr std::string_view kOpen = "open";
  struct Step {
    std::string expected;  // kOpen: nothing more than the WebSocket
    std::string said;
  };
  std::uint16_t port = 0;
  std::string target;  // of the WebSocket's request
  std::vector<Step> steps;
  std::string ready;               // who was told this is in
  std::vector<std::string> shown;  // a message with all of these is the one
};

/// Throws std::runtime_error with a sentence when the server says what it must not.
class Screen {
 public:
  /// Connects and goes through the script; waits until it is ready.
  explicit Screen(const Script& script);

  [[nodiscard]] int fd() const { return socket_.fd(); }
  /// Takes what came.
  void read(std::string& buffer, std::uint64_t now_ns);
  /// When the message came; 0 if it did not yet.
  [[nodiscard]] std::uint64_t shown_ns() const { return shown_ns_; }
  void look_away() { shown_ns_ = 0; }

 private:
  void take_text(std::string_view text, std::uint64_t now_ns);
  void go_on();
  void say(std::string_view text);

  const Script* script_;
  ClientSocket socket_;
  bool upgraded_ = false;
  std::size_t step_ = 0;
  bool ready_ = false;
  std::string rest_;  // the beginning of a frame whose end did not come yet
  std::uint64_t shown_ns_ = 0;
};

}  // namespace tillcast::bench
