#include "http/http_client.h"

#include <strings.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace tillcast::bench {

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

/// The value of a header of the answer's `head`, whatever the case of its name; empty without one.
std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line)) {
    line += 2;
    const std::string_view rest = head.substr(line);
    if (rest.size() > name.size() && rest[name.size()] == ':' &&
        ::strncasecmp(rest.data(), name.data(), name.size()) == 0) {
      const std::string_view value =
          rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
      return value.substr(std::min(value.find_first_not_of(' '), value.size()));
    }
  }
  return {};
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) {
  auto socket = ClientSocket::connect(port);
  if (!socket) throw std::system_error(errno, std::generic_category(), "connect");
  socket_ = std::move(*socket);
}

void HttpClient::send(std::string_view request) const {
  if (!socket_.send(request)) throw std::system_error(errno, std::generic_category(), "send");
}

std::optional<HttpClient::Answer> HttpClient::receive() {
  input_.erase(0, taken_);
  taken_ = 0;
  const std::size_t before = input_.size();
  input_.resize(before + kReadBytes);
  const ssize_t got = ::recv(fd(), input_.data() + before, kReadBytes, 0);
  input_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got == 0) throw std::runtime_error("the server closed a connection");
  if (got < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), "recv");
  const auto answer = parse();
  if (answer) {
    taken_ = static_cast<std::size_t>(answer->body.data() - input_.data()) + answer->body.size();
  }
  return answer;
}

std::optional<HttpClient::Answer> HttpClient::parse() const {
  const std::string_view bytes = input_;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = bytes.substr(0, end + 2);
  const std::string_view length = header(head, "content-length");
  int status = 0;
  std::size_t body_bytes = 0;
  if (!head.starts_with("HTTP/1.1 ") || length.empty() ||
      std::from_chars(head.data() + 9, head.data() + 12, status).ec != std::errc() ||
      std::from_chars(length.data(), length.data() + length.size(), body_bytes).ec != std::errc()) {
    throw std::runtime_error("no answer with a Content-Length: " + std::string(head));
  }
  if (bytes.size() < end + 4 + body_bytes) return std::nullopt;
  return Answer{status, bytes.substr(end + 4, body_bytes)};
}

}  // namespace tillcast::bench
