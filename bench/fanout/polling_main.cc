// fanout_polling: Socket.IO clients over HTTP long-polling that join one room and then wait, each
// with its next poll open. Prints what one of them costs the server, as one line of JSON.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "common/process_usage.h"

namespace {

using namespace tillcast::bench;

/// One client on one connection that is kept alive. Blocking: one joins after the other.
class PollingMember {
 public:
  explicit PollingMember(std::uint16_t port)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error(errno, std::generic_category(), "connect");
    }
  }
  PollingMember(const PollingMember&) = delete;
  PollingMember& operator=(const PollingMember&) = delete;
  ~PollingMember() { ::close(fd_); }

  void join() {
    const std::string open = get();
    const auto at = open.find("\"sid\":\"");
    if (at == std::string::npos) throw std::runtime_error("no session: " + open);
    sid_ = "&sid=" + open.substr(at + 7, 20);
    post("40");
    expect(get(), "40{");
    post(R"(420["join","room1"])");
    expect(get(), R"(430["ok"])");
    say("GET", {});  // waits from now on
  }

 private:
  static void expect(const std::string& body, const std::string& start) {
    if (!body.starts_with(start)) throw std::runtime_error("unexpected: " + body);
  }
  std::string get() {
    say("GET", {});
    return hear();
  }
  void post(const std::string& packets) {
    say("POST", packets);
    expect(hear(), "ok");
  }
  void say(const std::string& method, const std::string& body) const {
    std::string request = method + " /socket.io/?EIO=4&transport=polling" + sid_ +
                          " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n";
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n" + body;
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      throw std::system_error(errno, std::generic_category(), "send");
    }
  }
  /// The body of one answer, which has a Content-Length.
  [[nodiscard]] std::string hear() const {
    std::string answer;
    for (;;) {
      std::array<char, 4096> bytes;
      const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
      if (got <= 0) throw std::runtime_error("the server closed a connection");
      answer.append(bytes.data(), static_cast<std::size_t>(got));
      const auto head = answer.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto length = answer.find("Content-Length: ");
      if (length > head) throw std::runtime_error("an answer without a length");
      const std::size_t size = std::stoul(answer.substr(length + 16));
      if (answer.size() >= head + 4 + size) return answer.substr(head + 4, size);
    }
  }

  int fd_;
  std::uint16_t port_;
  std::string sid_;
};

int run(std::uint16_t port, int server, std::size_t members) {
  const std::size_t first = members / 20;  // they pay for what all share
  std::vector<std::unique_ptr<PollingMember>> joined;
  const auto join = [&](std::size_t count) {
    while (joined.size() < count) {
      joined.push_back(std::make_unique<PollingMember>(port));
      joined.back()->join();
    }
    // What the last one said is handled too.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  };
  join(first);
  const auto cpu_before = cpu_ns(server);
  const auto bytes_before = static_cast<double>(anonymous_bytes(server));
  join(members);
  const auto count = static_cast<double>(members - first);
  std::printf("{\"members\":%zu,\"bytes_a_connection\":%.0f,\"cpu_us_a_connect\":%.2f}\n", members,
              (static_cast<double>(anonymous_bytes(server)) - bytes_before) / count,
              static_cast<double>(cpu_ns(server) - cpu_before) / count / 1e3);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  int server = 0;
  std::size_t members = 1000;
  CLI::App app("Joins polling clients to one room and says what an idle one costs.");
  app.add_option("--port", port)->required();
  app.add_option("--server", server, "process id, for its CPU and memory")->required();
  app.add_option("--members", members)->check(CLI::Range(20, 200'000));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(port, server, members);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fanout_polling: %s\n", error.what());
    return 1;
  }
}
