// SIGTERM and SIGINT, and SIGHUP if it is asked for, as calls on a thread of their own, where
// anything may be done.
#pragma once

#include <csignal>

#include <atomic>
#include <functional>
#include <thread>

namespace tillcast::app {

/// Make it before any other thread, because threads inherit which signals they leave alone.
class StopSignals {
 public:
  enum class Hangup { kEndsTheProgram, kIsWatched };
  /// From now on the signals end nothing by themselves.
  explicit StopSignals(Hangup hangup = Hangup::kEndsTheProgram);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// `on_stop` is called for each SIGTERM and SIGINT, also for those that came before; `on_hangup`
  /// for SIGHUP if that is watched. Once.
  void watch(std::function<void()> on_stop, std::function<void()> on_hangup = {});
  /// Returns when neither is running and none will be called again.
  void stop();

 private:
  sigset_t signals_{};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tillcast::app
