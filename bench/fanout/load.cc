#include "load.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include "common/process_usage.h"

namespace tillcast::bench {

namespace {

constexpr std::size_t kConnectingMax = 64;
constexpr std::uint64_t kSilenceNsMax = 10'000'000'000;
constexpr std::uint64_t kNsPerMs = 1'000'000;

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

double ms(std::uint64_t ns) { return static_cast<double>(ns) / 1e6; }

}  // namespace

Load::Load(Protocol protocol, std::size_t object_bytes, std::uint16_t port, pid_t server)
    : dialect_(protocol, object_bytes),
      port_(port),
      server_(server),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(1 << 20, '\0'),
      outstanding_(kOutstandingMax) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

Load::~Load() {
  members_.clear();
  ::close(epoll_);
}

void Load::join(std::size_t members) {
  open(members - joined_, true);
  joined_ = members;
}

void Load::add_publisher() {
  open(1, false);
  publisher_ = members_.back().get();
}

void Load::open(std::size_t count, bool joins) {
  const std::size_t wanted = members_.size() + count;
  std::uint64_t progress_ns = monotonic_ns();
  while (ready_ < wanted) {
    while (members_.size() < wanted && members_.size() - ready_ < kConnectingMax) {
      connect_one(joins);
    }
    const std::size_t before = ready_;
    turn(100);
    if (ready_ != before) progress_ns = now_ns_;
    if (now_ns_ > progress_ns + kSilenceNsMax) {
      throw std::runtime_error("the server lets nobody join any more");
    }
  }
}

void Load::connect_one(bool joins) {
  members_.push_back(std::make_unique<Member>(dialect_, port_, joins));
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.u64 = members_.size() - 1;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, members_.back()->fd(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void Load::turn(int timeout_ms) {
  std::array<epoll_event, 512> events;
  const int count =
      ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  now_ns_ = monotonic_ns();
  for (int i = 0; i < count; ++i) on_event(events[static_cast<std::size_t>(i)]);
}

void Load::on_event(const epoll_event& event) {
  Member& member = *members_[event.data.u64];
  const bool was_ready = member.ready();
  if ((event.events & EPOLLOUT) != 0) {
    member.on_connected();
    epoll_event readable{};
    readable.events = EPOLLIN;
    readable.data.u64 = event.data.u64;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, member.fd(), &readable);
  } else {
    now_ns_ = monotonic_ns();
    member.on_readable(buffer_, *this);
  }
  if (!was_ready && member.ready()) ++ready_;
}

void Load::on_delivery(std::uint64_t sequence) {
  Message& message = outstanding_[sequence % kOutstandingMax];
  if (sequence >= next_ || message.missing == 0) {
    throw std::runtime_error("a message that is not outstanding was delivered");
  }
  const std::uint64_t taken = now_ns_ - std::min(now_ns_, message.at_ns);
  latency_.add(taken);
  ++figures_.deliveries;
  if (--message.missing > 0) return;
  last_.add(taken);
  ++figures_.messages;
  ++complete_;
  if (pace_.window != 0) publish_due(pace_);
}

void Load::publish(std::uint64_t at_ns) {
  outstanding_[next_ % kOutstandingMax] = {at_ns, static_cast<std::uint32_t>(joined_)};
  publisher_->send(dialect_.publish_frame(next_));
  ++next_;
}

void Load::publish_due(Pace pace) {
  while (next_ - complete_ < pace.window) publish(monotonic_ns());
  if (pace.rate == 0) return;
  for (; due_ns_ <= now_ns_; due_ns_ += 1'000'000'000 / pace.rate) {
    if (next_ - complete_ == kOutstandingMax) throw std::runtime_error("the server is too slow");
    publish(due_ns_);
  }
}

void Load::run_until(std::int64_t end_ns, bool publishing) {
  std::uint64_t progress_ns = monotonic_ns();
  std::uint64_t seen = complete_;
  while (static_cast<std::int64_t>(now_ns_) < end_ns && (publishing || complete_ < next_)) {
    int timeout_ms = 100;
    if (publishing) {
      publish_due(pace_);
      // Never late by more than a timer's tick: the last millisecond is waited for in a spin.
      if (pace_.rate != 0) {
        timeout_ms = static_cast<int>((due_ns_ - std::min(now_ns_, due_ns_)) / kNsPerMs);
      }
    }
    turn(timeout_ms);
    if (complete_ != seen) {
      seen = complete_;
      progress_ns = now_ns_;
    }
    if (complete_ < next_ && now_ns_ > progress_ns + kSilenceNsMax) {
      throw std::runtime_error("a message was lost: not every member got it within 10 s");
    }
  }
}

Figures Load::measure(Pace pace, std::int64_t warm_up_ms, std::int64_t measured_ms) {
  const auto at = [](std::int64_t after_ms) {
    return static_cast<std::int64_t>(monotonic_ns()) +
           after_ms * static_cast<std::int64_t>(kNsPerMs);
  };
  pace_ = pace;
  now_ns_ = due_ns_ = monotonic_ns();
  run_until(at(warm_up_ms), true);

  reset_figures();
  const Received received_before = received();
  const std::uint64_t start_ns = monotonic_ns();
  const std::uint64_t server_before = cpu_ns(server_);
  const std::uint64_t load_before = cpu_ns(::getpid());
  run_until(at(measured_ms), true);
  Figures figures = figures_;
  figures.server_cpu_us = static_cast<double>(cpu_ns(server_) - server_before) / 1e3;
  figures.load_cpu_us = static_cast<double>(cpu_ns(::getpid()) - load_before) / 1e3;
  figures.seconds = static_cast<double>(monotonic_ns() - start_ns) / 1e9;
  const Received received_after = received();
  figures.frames_a_send =
      static_cast<double>(received_after.messages - received_before.messages) /
      static_cast<double>(std::max<std::uint64_t>(received_after.sends - received_before.sends, 1));
  figures.p50_ms = ms(latency_.percentile(0.50));
  figures.p99_ms = ms(latency_.percentile(0.99));
  figures.last_p99_ms = ms(last_.percentile(0.99));

  // What is still outstanding must arrive too.
  pace_ = {};
  run_until(at(2 * static_cast<std::int64_t>(kSilenceNsMax / kNsPerMs)), false);
  return figures;
}

Load::Received Load::received() const {
  constexpr std::size_t kSample = 50;
  Received sum;
  for (std::size_t i = 0; i < joined_; i += std::max<std::size_t>(joined_ / kSample, 1)) {
    sum.messages += members_[i]->messages_received();
    sum.sends += members_[i]->segments_received();
  }
  return sum;
}

void Load::reset_figures() {
  figures_ = {};
  latency_.clear();
  last_.clear();
}

}  // namespace tillcast::bench
