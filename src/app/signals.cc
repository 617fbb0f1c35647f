#include "app/signals.h"

#include <pthread.h>

#include <utility>

namespace tillcast::app {

StopSignals::StopSignals(Hangup hangup) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  if (hangup == Hangup::kIsWatched) sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // A client or a terminal that has gone away is seen as an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() { stop(); }

void StopSignals::watch(std::function<void()> on_stop, std::function<void()> on_hangup) {
  thread_ = std::thread([this, on_stop = std::move(on_stop), on_hangup = std::move(on_hangup)] {
    while (true) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (stopping_) return;
      if (signal != SIGHUP) {
        on_stop();
      } else if (on_hangup) {
        on_hangup();
      }
    }
  });
}

void StopSignals::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
}

}  // namespace tillcast::app
