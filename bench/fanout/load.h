// The load of the fan-out bench: N members in one room, one publisher, every delivery checked.
#pragma once

#include <sys/epoll.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/histogram.h"
#include "dialect.h"
#include "member.h"

namespace tillcast::bench {

/// How messages are published: `window` of them always outstanding (published and not yet with
/// every member), or, with a window of 0, `rate` a second.
struct Pace {
  std::uint32_t window = 0;
  std::uint32_t rate = 0;
};

struct Figures {
  std::uint64_t deliveries = 0;
  std::uint64_t messages = 0;
  double frames_a_send = 0;  // how many messages the server gave a member at once
  double seconds = 0;
  double server_cpu_us = 0;
  double load_cpu_us = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double last_p99_ms = 0;  // until the last member had it
};

/// Throws std::runtime_error when the server loses, doubles or reorders a message or falls silent.
class Load final : private Deliveries {
 public:
  Load(Protocol protocol, std::size_t object_bytes, std::uint16_t port, pid_t server);
  ~Load();

  /// Connects further members until there are `members`, and waits until all are in the room.
  void join(std::size_t members);
  /// Adds the publisher; once.
  void add_publisher();
  Figures measure(Pace pace, std::int64_t warm_up_ms, std::int64_t measured_ms);
  [[nodiscard]] pid_t server() const { return server_; }

 private:
  void open(std::size_t members, bool joins);
  void connect_one(bool joins);
  void run_until(std::int64_t end_ns, bool publishing);
  void turn(int timeout_ms);
  void on_event(const epoll_event& event);
  void on_delivery(std::uint64_t sequence) override;
  void publish_due(Pace pace);
  void publish(std::uint64_t at_ns);
  void reset_figures();
  /// Messages and sends that a sample of the members got so far.
  struct Received {
    std::uint64_t messages = 0;
    std::uint64_t sends = 0;
  };
  [[nodiscard]] Received received() const;

  struct Message {
    std::uint64_t at_ns = 0;
    std::uint32_t missing = 0;
  };
  static constexpr std::size_t kOutstandingMax = 4096;

  Dialect dialect_;
  std::uint16_t port_;
  pid_t server_;
  int epoll_;
  std::vector<std::unique_ptr<Member>> members_;  // the publisher among them
  Member* publisher_ = nullptr;
  std::size_t joined_ = 0;
  std::size_t ready_ = 0;
  std::string buffer_;
  std::vector<Message> outstanding_;  // by sequence modulo its size
  std::uint64_t next_ = kFirstSequence;
  std::uint64_t complete_ = kFirstSequence;  // all before it are with every member
  std::uint64_t now_ns_ = 0;
  std::uint64_t due_ns_ = 0;
  Pace pace_;
  Figures figures_;
  Histogram latency_;
  Histogram last_;
};

}  // namespace tillcast::bench
