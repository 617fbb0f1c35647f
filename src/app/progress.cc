#include "app/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace tillcast::app {

namespace {
constexpr int kBarWidth = 40;
}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), on_terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (on_terminal_ && shown_ >= 0) std::cerr << std::endl;
}

void Progress::show(std::int64_t done, std::int64_t total) {
  const int percent = total <= 0 ? 100 : static_cast<int>(std::min(done, total) * 100 / total);
  if (percent == shown_ || (!on_terminal_ && percent / 10 == shown_ / 10 && shown_ >= 0)) return;
  shown_ = percent;
  if (!on_terminal_) {
    std::cerr << what_ << ": " << percent << " %\n";
    return;
  }
  const int filled = percent * kBarWidth / 100;
  std::cerr << '\r' << what_ << " [" << std::string(static_cast<std::size_t>(filled), '#')
            << std::string(static_cast<std::size_t>(kBarWidth - filled), ' ') << "] " << percent
            << " %" << std::flush;
}

}  // namespace tillcast::app
