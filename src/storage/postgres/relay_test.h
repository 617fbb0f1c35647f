// Test support: a relay in front of the test cluster that can lose a connection at a chosen moment.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

namespace tillcast::storage {

/// Owns a socket in a folder of its own and a thread that relays one connection at a time.
class Relay {
 public:
  enum class Cut { kNever, kBeforeNextRequest, kAfterNextRequest };

  /// `server` is the path of the cluster's socket.
  explicit Relay(std::string server) : server_(std::move(server)) {
    std::string pattern = "/tmp/tillcast-relay-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = pattern;
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(folder_ + "/.s.PGSQL.5432");
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener_, 16) != 0) {
      throw std::runtime_error("the relay cannot listen");
    }
    thread_ = std::thread([this] { run(); });
  }
  ~Relay() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
    std::filesystem::remove_all(folder_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// The connection is lost around the next thing that the client sends, once `first` others have
  /// passed. Until then and from then on everything is relayed.
  void cut(Cut when, int first = 0) {
    passing_ = first;
    cut_ = when;
  }

 private:
  static sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    return address;
  }

  static bool readable(int fd, int wait_ms) {
    pollfd waiting{fd, POLLIN, 0};
    return ::poll(&waiting, 1, wait_ms) > 0;
  }

  void run() {
    while (!stopping_) {
      if (!readable(listener_, 10)) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_un address = address_of(server_);
      if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        relay(client, server);
      }
      ::close(client);
      ::close(server);
    }
  }

  static bool copy(int from, int to) {
    std::array<char, 65536> bytes;
    const ssize_t count = ::read(from, bytes.data(), bytes.size());
    return count > 0 &&
           ::send(to, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
  }

  void relay(int client, int server) {
    while (!stopping_) {
      std::array<pollfd, 2> waiting = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), 10) <= 0) continue;
      if (waiting[0].revents != 0) {
        const bool passes = cut_ != Cut::kNever && passing_-- > 0;
        const Cut cut = passes ? Cut::kNever : cut_.exchange(Cut::kNever);
        if (cut == Cut::kBeforeNextRequest) return;
        if (!copy(client, server)) return;
        // The server has done its work when it answers.
        if (cut == Cut::kAfterNextRequest && readable(server, 10'000)) return;
      }
      if (waiting[1].revents != 0 && !copy(server, client)) return;
    }
  }

  std::string server_;
  std::string folder_;
  int listener_ = -1;
  std::atomic<Cut> cut_ = Cut::kNever;
  std::atomic<int> passing_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::storage
