// http_load: keeps connections busy with one request each, checks every answer, and prints one line
// of JSON: how many, how fast, and what that cost the server.

#include <sys/epoll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "common/histogram.h"
#include "common/process_usage.h"
#include "http/http_client.h"

namespace {

using namespace tillcast::bench;

struct Settings {
  std::uint16_t port = 0;
  std::vector<int> servers;
  std::size_t connections = 64;
  double warm_up_s = 0.5;
  double seconds = 3;
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::string> headers;
  std::string bodies;
  int expected_status = 200;
  std::size_t expected_bytes = 0;
};

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::vector<std::string> make_requests(const Settings& settings) {
  std::vector<std::string> bodies;
  if (!settings.bodies.empty()) {
    std::ifstream file(settings.bodies);
    for (std::string line; std::getline(file, line);) bodies.push_back(line);
    if (bodies.empty()) throw std::runtime_error("no body in " + settings.bodies);
  } else {
    bodies.emplace_back();
  }
  std::string head = settings.method + " " + settings.path +
                     " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(settings.port) + "\r\n";
  for (const std::string& line : settings.headers) head += line + "\r\n";
  std::vector<std::string> requests;
  for (const std::string& body : bodies) {
    requests.push_back(head);
    if (!body.empty()) {
      requests.back() +=
          "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n";
    }
    requests.back() += "\r\n" + body;
  }
  return requests;
}

class Load {
 public:
  explicit Load(const Settings& settings)
      : settings_(settings),
        requests_(make_requests(settings)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < settings.connections; ++i) {
      busy_.push_back({HttpClient(settings.port), 0});
      watch(EPOLL_CTL_ADD, EPOLLOUT, i);
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() { ::close(epoll_); }

  void run() {
    run_until(settings_.warm_up_s);
    latency_.clear();
    const std::uint64_t before = answered_;
    const std::uint64_t cpu_before = servers_cpu_ns();
    const std::uint64_t start = monotonic_ns();
    run_until(settings_.seconds);
    const auto answered = static_cast<double>(answered_ - before);
    const double seconds = static_cast<double>(monotonic_ns() - start) / 1e9;
    const auto cpu_us = static_cast<double>(servers_cpu_ns() - cpu_before) / 1e3;
    const auto p50 = static_cast<double>(latency_.percentile(0.50)) / 1e6;
    const auto p99 = static_cast<double>(latency_.percentile(0.99)) / 1e6;
    // Whoever counts what the server did must know of all that it was asked.
    stopping_ = true;
    while (outstanding_ > 0) turn();
    std::printf(
        "{\"answered\":%llu,\"a_second\":%.1f,\"seconds\":%.3f,\"cpu_us\":%.2f,\"p50_ms\":%.3f,"
        "\"p99_ms\":%.3f}\n",
        static_cast<unsigned long long>(answered_), answered / seconds, seconds, cpu_us / answered,
        p50, p99);
  }

 private:
  struct Busy {
    HttpClient client;
    std::uint64_t sent_ns;
  };

  void watch(int operation, std::uint32_t events, std::size_t index) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    if (::epoll_ctl(epoll_, operation, busy_[index].client.fd(), &event) != 0) {
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
  }

  [[nodiscard]] std::uint64_t servers_cpu_ns() const {
    std::uint64_t sum = 0;
    for (const int server : settings_.servers) sum += cpu_ns(server);
    return sum;
  }

  void run_until(double seconds) {
    const std::uint64_t end = monotonic_ns() + static_cast<std::uint64_t>(seconds * 1e9);
    while (monotonic_ns() < end) turn();
  }

  void turn() {
    std::array<epoll_event, 256> events;
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
    if (count == 0) throw std::runtime_error("the server answers nobody any more");
    for (int i = 0; i < count; ++i) {
      const auto index = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      if ((events[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) {
        watch(EPOLL_CTL_MOD, EPOLLIN, index);
        ask(busy_[index]);
      } else if (const auto answer = busy_[index].client.receive()) {
        take(busy_[index], *answer);
      }
    }
  }

  void ask(Busy& busy) {
    busy.sent_ns = monotonic_ns();
    busy.client.send(requests_[next_++ % requests_.size()]);
    ++outstanding_;
  }

  void take(Busy& busy, const HttpClient::Answer& answer) {
    latency_.add(monotonic_ns() - busy.sent_ns);
    if (answer.status != settings_.expected_status ||
        (settings_.expected_bytes != 0 && answer.body.size() != settings_.expected_bytes)) {
      throw std::runtime_error("an answer of " + std::to_string(answer.status) + ": " +
                               std::string(answer.body));
    }
    ++answered_;
    --outstanding_;
    if (!stopping_) ask(busy);
  }

  const Settings& settings_;
  std::vector<std::string> requests_;
  int epoll_;
  std::deque<Busy> busy_;
  std::size_t next_ = 0;
  std::size_t outstanding_ = 0;
  std::uint64_t answered_ = 0;
  bool stopping_ = false;
  Histogram latency_;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app("Keeps HTTP connections busy and checks every answer.");
  app.add_option("--port", settings.port)->required();
  app.add_option("--server", settings.servers, "process ids, for their CPU")->required();
  app.add_option("--connections", settings.connections)->check(CLI::Range(1, 10'000));
  app.add_option("--warm-up-s", settings.warm_up_s);
  app.add_option("--seconds", settings.seconds);
  app.add_option("--method", settings.method);
  app.add_option("--path", settings.path);
  app.add_option("--header", settings.headers, "a whole line of the request's head");
  app.add_option("--bodies", settings.bodies, "a file of bodies, one a line, sent in turn");
  app.add_option("--expect", settings.expected_status, "the status of every answer");
  app.add_option("--expect-bytes", settings.expected_bytes, "the length of every body");
  CLI11_PARSE(app, argc, argv);
  try {
    Load(settings).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "http_load: %s\n", error.what());
    return 1;
  }
}
