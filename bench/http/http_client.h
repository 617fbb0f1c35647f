// One keep-alive HTTP/1.1 connection of a load client: one request at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/client_socket.h"

namespace tillcast::bench {

/// Throws std::runtime_error for what no server of the benches answers, or when the connection
/// ends.
class HttpClient {
 public:
  /// Starts to connect to 127.0.0.1:`port`.
  explicit HttpClient(std::uint16_t port);

  [[nodiscard]] int fd() const { return socket_.fd(); }
  void send(std::string_view request) const;

  struct Answer {
    int status;
    std::string_view body;  // valid until the next call
  };
  /// Takes what one read gives; the answer once it is whole.
  std::optional<Answer> receive();

 private:
  [[nodiscard]] std::optional<Answer> parse() const;

  ClientSocket socket_;
  std::string input_;
  std::size_t taken_ = 0;
};

}  // namespace tillcast::bench
