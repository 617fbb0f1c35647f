// The TCP side of a load client: non-blocking, over loopback, always ended by a reset.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tillcast::bench {

/// Owns one socket. Its end resets the connection, so that no port stays in TIME_WAIT and the
/// server sees a network that broke.
class ClientSocket {
 public:
  ClientSocket() = default;
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&& other) noexcept;
  ~ClientSocket() { reset(); }

  /// Starts to connect to 127.0.0.1:`port`; nothing if the port is refused at once. Throws
  /// std::system_error for anything else, such as having no descriptor left.
  static std::optional<ClientSocket> connect(std::uint16_t port);

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void reset();

  /// False if the connection is broken or takes less than all: what a load client says at once is
  /// far below a socket's buffer.
  [[nodiscard]] bool send(std::string_view bytes) const;

 private:
  explicit ClientSocket(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace tillcast::bench
