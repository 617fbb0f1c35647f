// SIGTERM and SIGINT as a call on a thread of its own, where anything may be done.
#pragma once

#include <csignal>

#include <atomic>
#include <functional>
#include <thread>

namespace tillcast::app {

/// Make it before any other thread, because threads inherit which signals they leave alone.
class StopSignals {
 public:
  /// From now on the signals end nothing by themselves.
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// `on_signal` is called for each signal, also for those that came before. Once.
  void watch(std::function<void()> on_signal);
  /// Returns when `on_signal` is not running and will not be called again.
  void stop();

 private:
  sigset_t signals_{};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tillcast::app
