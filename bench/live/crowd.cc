#include "live/crowd.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <map>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace tillcast::bench {

namespace {

constexpr std::uint64_t kStandardInput = UINT64_MAX;
constexpr std::size_t kJoiningMax = 64;
constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kOpenNsMax = 60'000 * kNsPerMs;
constexpr std::uint64_t kFinishNsMax = 10'000 * kNsPerMs;
// socket.io-client's defaults.
constexpr double kReconnectMs = 1'000;
constexpr double kReconnectMsMax = 5'000;

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

void watch(int epoll, int operation, int fd, std::uint32_t events, std::uint64_t data) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  if (::epoll_ctl(epoll, operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

double ms(std::uint64_t ns) { return static_cast<double>(ns) / 1e6; }

}  // namespace

Crowd::Crowd(const CrowdOptions& options)
    : options_(options),
      following_{options.port, options.room, options.token, options.with_checksum},
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      random_(options.seed),
      buffer_(1 << 20, '\0') {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Crowd::~Crowd() { ::close(epoll_); }

void Crowd::open() {
  const std::uint64_t end_ns = monotonic_ns() + kOpenNsMax;
  while (in_room_ < options_.clients) {
    while (clients_.size() < options_.clients && clients_.size() - in_room_ < kJoiningMax) {
      clients_.push_back({.follower = Follower(following_)});
      connect(clients_.size() - 1);
    }
    turn();
    if (now_ns_ > end_ns) throw std::runtime_error("the server does not let all of them join");
  }
}

void Crowd::run() {
  watch(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, kStandardInput);
  while (finish_.deadline_ns == 0 ||
         (now_ns_ < finish_.deadline_ns && !everybody_has(finish_.lsn))) {
    turn();
  }
  print_totals(finish_.count);
}

void Crowd::turn() {
  now_ns_ = monotonic_ns();
  while (!due_.empty() && due_.top().at_ns <= now_ns_) {
    const Due due = due_.top();
    due_.pop();
    if (clients_[due.client].stamp == due.stamp) on_due(due);
  }
  const std::uint64_t next_ns = due_.empty() ? UINT64_MAX : due_.top().at_ns - now_ns_;
  std::array<epoll_event, 512> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::min<std::uint64_t>(next_ns / kNsPerMs, 50)));
  now_ns_ = monotonic_ns();
  for (int i = 0; i < count; ++i) on_event(events[static_cast<std::size_t>(i)]);
}

void Crowd::on_event(const epoll_event& event) {
  if (event.data.u64 == kStandardInput) return on_input();
  const auto index = static_cast<std::size_t>(event.data.u64);
  Client& client = clients_[index];
  Follower& follower = client.follower;
  const bool was_in_room = follower.in_room();
  if ((event.events & (EPOLLERR | EPOLLHUP)) == 0 && (event.events & EPOLLOUT) != 0) {
    follower.on_connected();
    watch(epoll_, EPOLL_CTL_MOD, follower.fd(), EPOLLIN, index);
    return;
  }
  now_ns_ = monotonic_ns();
  if (!follower.on_readable(buffer_, now_ns_)) {
    if (was_in_room) {
      --in_room_;
      ++broken_;
    }
    follower.cut();
    come_back_later(index);
    return;
  }
  if (was_in_room || !follower.in_room()) return;
  ++in_room_;
  const bool again = client.stamp > 0;
  if (again) way_in_.add(follower.way_in_ns() / 1000);
  client.failures = 0;
  cut_later(index);
}

void Crowd::on_due(const Due& due) {
  Follower& follower = clients_[due.client].follower;
  if (!follower.connected()) return connect(due.client);
  ++cuts_;
  if (follower.in_room()) --in_room_;
  follower.cut();
  come_back_later(due.client);
}

void Crowd::connect(std::size_t index) {
  Follower& follower = clients_[index].follower;
  if (!follower.connect(monotonic_ns())) return come_back_later(index);
  watch(epoll_, EPOLL_CTL_ADD, follower.fd(), EPOLLOUT, index);
}

void Crowd::come_back_later(std::size_t index) {
  Client& client = clients_[index];
  const double delay_ms =
      kReconnectMs * static_cast<double>(1U << std::min(client.failures, 3U)) * between(0.5, 1.5);
  ++client.failures;
  arm(index, std::min(delay_ms, kReconnectMsMax));
}

void Crowd::cut_later(std::size_t index) {
  if (!cutting_) {
    ++clients_[index].stamp;
    return;
  }
  arm(index, static_cast<double>(options_.cut_every_ms) * between(0.5, 1.5));
}

void Crowd::arm(std::size_t index, double after_ms) {
  due_.push({monotonic_ns() + static_cast<std::uint64_t>(after_ms * 1e6), index,
             ++clients_[index].stamp});
}

double Crowd::between(double low, double high) {
  return std::uniform_real_distribution(low, high)(random_);
}

void Crowd::on_input() {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) throw std::runtime_error("the commands ended before `finish`");
  input_.append(bytes.data(), static_cast<std::size_t>(got));
  for (std::size_t end = 0; (end = input_.find('\n')) != std::string::npos;) {
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + 1);
    on_command(line);
  }
}

void Crowd::on_command(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "cut" && options_.cut_every_ms > 0) {
    cutting_ = true;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].follower.in_room()) cut_later(i);
    }
  } else if (command == "calm") {
    cutting_ = false;
    // The timers of those that are connected are all cuts.
    for (Client& client : clients_) {
      if (client.follower.in_room()) ++client.stamp;
    }
  } else if (command == "gaps") {
    print_gaps();
  } else if (command == "finish" && words >> finish_.count >> finish_.lsn) {
    finish_.deadline_ns = monotonic_ns() + kFinishNsMax;
  } else {
    throw std::runtime_error("there is no command \"" + line + "\"");
  }
}

bool Crowd::everybody_has(std::uint64_t lsn) const {
  return std::all_of(clients_.begin(), clients_.end(), [lsn](const Client& client) {
    return client.follower.in_room() && client.follower.received().last_lsn() >= lsn;
  });
}

void Crowd::print_gaps() {
  Histogram gaps;
  std::uint64_t longest = 0;
  for (Client& client : clients_) {
    Received& received = client.follower.received();
    gaps.add(received.longest_gap_ns());
    longest = std::max(longest, received.longest_gap_ns());
    received.restart_gap();
  }
  std::printf("{\"gap_p50_ms\":%.1f,\"gap_p99_ms\":%.1f,\"gap_max_ms\":%.1f}\n",
              ms(gaps.percentile(0.5)), ms(gaps.percentile(0.99)), ms(longest));
  std::fflush(stdout);
}

void Crowd::print_totals(std::uint64_t count) const {
  std::uint64_t received = 0;
  std::uint64_t doubled = 0;
  std::uint64_t breaks = 0;
  std::uint64_t misnumbered = 0;
  std::uint64_t complete = 0;
  std::uint64_t orders = 0;
  std::uint64_t product_changes = 0;
  Follower::Counts sum;
  std::map<std::uint32_t, std::size_t> checksums;
  for (const Client& client : clients_) {
    const Received& one = client.follower.received();
    const Follower::Counts& counts = client.follower.counts();
    received += one.count();
    doubled += one.doubled();
    breaks += one.breaks();
    misnumbered += one.misnumbered();
    orders += one.orders();
    product_changes += one.product_changes();
    if (one.count() == count && one.doubled() == 0 && one.breaks() == 0) ++complete;
    ++checksums[one.checksum()];
    sum.recovered += counts.recovered;
    sum.resumed += counts.resumed;
    sum.anew += counts.anew;
    sum.resets += counts.resets;
  }
  const auto n = [](std::uint64_t number) { return static_cast<unsigned long long>(number); };
  std::printf(
      "{\"clients\":%zu,\"in_room\":%zu,\"complete\":%llu,\"received\":%llu,\"doubled\":%llu,"
      "\"breaks\":%llu,\"misnumbered\":%llu,\"orders\":%llu,\"product_changes\":%llu,\"cuts\":%llu,"
      "\"broken\":%llu,"
      "\"recovered\":%llu,\"resumed\":%llu,"
      "\"anew\":%llu,\"resets\":%llu,\"way_in_p50_ms\":%.2f,\"way_in_p99_ms\":%.2f,\"checksums\":{",
      clients_.size(), in_room_, n(complete), n(received), n(doubled), n(breaks), n(misnumbered),
      n(orders), n(product_changes), n(cuts_), n(broken_), n(sum.recovered), n(sum.resumed),
      n(sum.anew), n(sum.resets), static_cast<double>(way_in_.percentile(0.5)) / 1e3,
      static_cast<double>(way_in_.percentile(0.99)) / 1e3);
  bool first = true;
  for (const auto& [checksum, clients] : checksums) {
    std::printf("%s\"%u\":%zu", first ? "" : ",", checksum, clients);
    first = false;
  }
  std::printf("}}\n");
  std::fflush(stdout);
}

}  // namespace tillcast::bench
