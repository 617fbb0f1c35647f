// Many followers of one room in one thread. Their connections break at random or by the server, and
// they come back as socket.io-client does: after 0.5 to 1.5 s, and later each time it fails.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <deque>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "common/histogram.h"
#include "live/follower.h"

namespace tillcast::bench {

struct CrowdOptions {
  std::uint16_t port = 0;
  std::string room = "market";
  std::size_t clients = 0;
  /// Each connection is cut after 0.5 to 1.5 times this, from the command `cut` on.
  std::int64_t cut_every_ms = 0;
  std::uint64_t seed = 1;
  std::string token;
  bool with_checksum = true;
};

/// Reads commands from standard input, one a line, and prints a line of JSON for each that asks:
///
///     cut                begins to cut connections
///     calm               cuts no more
///     gaps               prints the longest time without a change, over the clients, and starts
///     anew finish COUNT LSN   waits until all have the change LSN, prints what each has of COUNT,
///     and ends
class Crowd {
 public:
  explicit Crowd(const CrowdOptions& options);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  /// Brings all into the room.
  void open();
  /// Follows until the command `finish`.
  void run();

 private:
  struct Client {
    Follower follower;
    std::uint32_t failures = 0;
    /// Its timer counts only if this did not change since.
    std::uint32_t stamp = 0;
  };
  struct Due {
    std::uint64_t at_ns;
    std::size_t client;
    std::uint32_t stamp;
    bool operator<(const Due& other) const { return at_ns > other.at_ns; }
  };

  void turn();
  void on_event(const epoll_event& event);
  void on_input();
  void on_command(const std::string& line);
  void on_due(const Due& due);
  void connect(std::size_t index);
  void come_back_later(std::size_t index);
  void cut_later(std::size_t index);
  void arm(std::size_t index, double after_ms);
  double between(double low, double high);
  [[nodiscard]] bool everybody_has(std::uint64_t lsn) const;
  void print_gaps();
  void print_totals(std::uint64_t count) const;

  CrowdOptions options_;
  Following following_;
  int epoll_;
  std::deque<Client> clients_;
  std::priority_queue<Due> due_;
  std::mt19937_64 random_;
  std::string buffer_;
  std::string input_;
  std::uint64_t now_ns_ = 0;
  std::size_t in_room_ = 0;
  bool cutting_ = false;
  std::uint64_t cuts_ = 0;
  std::uint64_t broken_ = 0;  // connections that the server ended
  Histogram way_in_;          // µs, from the second time on
  struct Finish {
    std::uint64_t count = 0;
    std::uint64_t lsn = 0;
    std::uint64_t deadline_ns = 0;  // 0: not asked for yet
  };
  Finish finish_;
};

}  // namespace tillcast::bench
