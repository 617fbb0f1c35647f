// contract_screens: many screens of one contract. Prints `ready` when all are open. Then the line
// `look` on standard input is answered by `shown` as soon as each was shown the next message of the
// kind, and the line NS, the CLOCK_MONOTONIC of when it was sent, by a line of JSON that says how
// long that took.

#include <sys/epoll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "common/histogram.h"
#include "contracts/screen.h"

namespace {

using namespace tillcast::bench;

constexpr std::uint64_t kShownNsMax = 10'000'000'000;

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

class Screens {
 public:
  Screens(const Script& script, std::size_t count) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    for (std::size_t i = 0; i < count; ++i) {
      screens_.emplace_back(script);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, screens_.back().fd(), &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
      }
    }
  }
  Screens(const Screens&) = delete;
  Screens& operator=(const Screens&) = delete;
  ~Screens() { ::close(epoll_); }

  /// Returns when all were shown what was sent.
  void wait_until_shown() {
    const std::uint64_t end_ns = monotonic_ns() + kShownNsMax;
    while (shown_ < screens_.size()) {
      turn();
      if (monotonic_ns() > end_ns) throw std::runtime_error("some screens were shown nothing");
    }
  }

  /// Prints how long it took, and looks for the next one.
  void print(std::uint64_t sent_ns) {
    Histogram took_us;
    std::uint64_t last_ns = 0;
    for (Screen& screen : screens_) {
      took_us.add((screen.shown_ns() - sent_ns) / 1000);
      last_ns = std::max(last_ns, screen.shown_ns() - sent_ns);
      screen.look_away();
    }
    shown_ = 0;
    std::printf("{\"p50_us\":%llu,\"p99_us\":%llu,\"last_us\":%llu}\n",
                static_cast<unsigned long long>(took_us.percentile(0.5)),
                static_cast<unsigned long long>(took_us.percentile(0.99)),
                static_cast<unsigned long long>(last_ns / 1000));
    std::fflush(stdout);
  }

 private:
  void turn() {
    std::array<epoll_event, 512> events;
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), /*timeout=*/100);
    for (int i = 0; i < count; ++i) {
      Screen& screen =
          screens_[static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64)];
      const bool was_shown = screen.shown_ns() != 0;
      screen.read(buffer_, monotonic_ns());
      if (!was_shown && screen.shown_ns() != 0) ++shown_;
    }
  }

  int epoll_;
  std::deque<Screen> screens_;
  std::size_t shown_ = 0;
  std::string buffer_ = std::string(1 << 20, '\0');
};

int run(const Script& script, std::size_t count) {
  Screens screens(script, count);
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "look") {
      screens.wait_until_shown();
      std::puts("shown");
      std::fflush(stdout);
    } else {
      screens.print(std::stoull(line));
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Script script;
  std::size_t count = 1000;
  std::vector<std::string> expected;
  std::vector<std::string> said;
  CLI::App app(
      "Many screens of one contract, and how long after it was sent each was shown something.");
  app.add_option("--port", script.port)->required();
  app.add_option("--target", script.target, "of the WebSocket's request")->required();
  app.add_option("--expect", expected, "what a step waits for; `open`: for nothing more");
  app.add_option("--say", said, "what it then says");
  app.add_option("--ready", script.ready, "who was told this is in")->required();
  app.add_option("--shown", script.shown, "what the message has that is waited for")->required();
  app.add_option("--screens", count)->check(CLI::Range(1, 20'000));
  CLI11_PARSE(app, argc, argv);
  try {
    if (expected.size() != said.size()) throw std::runtime_error("each --expect needs its --say");
    for (std::size_t i = 0; i < said.size(); ++i) script.steps.push_back({expected[i], said[i]});
    return run(script, count);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "contract_screens: %s\n", error.what());
    return 1;
  }
}
