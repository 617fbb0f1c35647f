// One client connection of the load: opens, joins the room, and checks what it is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/client_socket.h"
#include "dialect.h"

namespace tillcast::bench {

/// What deliveries are told to.
class Deliveries {
 public:
  /// The next message in order was delivered to one member.
  virtual void on_delivery(std::uint64_t sequence) = 0;

 protected:
  ~Deliveries() = default;
};

/// Throws std::runtime_error with a sentence as soon as the server does something wrong.
class Member {
 public:
  /// Starts to connect to 127.0.0.1:`port`.
  Member(const Dialect& dialect, std::uint16_t port, bool joins);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  [[nodiscard]] int fd() const { return socket_.fd(); }
  [[nodiscard]] bool joins() const { return joins_; }
  /// It has heard all that opens the connection.
  [[nodiscard]] bool ready() const { return upgraded_ && step_ == dialect_.opening(joins_).size(); }

  /// TCP segments with data so far. Over loopback that is how often the server sent.
  [[nodiscard]] std::uint64_t segments_received() const;
  [[nodiscard]] std::uint64_t messages_received() const { return next_ - kFirstSequence; }

  /// The connection stands: asks for the upgrade.
  void on_connected();
  /// Takes all that one read gave, `buffer` being free for it.
  void on_readable(std::string& buffer, Deliveries& deliveries);
  void send(std::string_view bytes) const;

 private:
  void take(std::string_view bytes, Deliveries& deliveries);
  std::size_t take_frame(std::string_view bytes);
  void take_text(std::string_view text);
  void speak_up();

  const Dialect& dialect_;
  ClientSocket socket_;
  std::uint16_t port_;
  bool joins_;
  bool upgraded_ = false;
  std::size_t step_ = 0;
  std::uint64_t next_ = kFirstSequence;
  std::string rest_;  // the beginning of a frame whose end did not come yet
};

}  // namespace tillcast::bench
