#include "app/signals.h"

#include <pthread.h>

#include <utility>

namespace tillcast::app {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // A client or a terminal that has gone away is seen as an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() { stop(); }

void StopSignals::watch(std::function<void()> on_signal) {
  thread_ = std::thread([this, on_signal = std::move(on_signal)] {
    while (true) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (stopping_) return;
      on_signal();
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
