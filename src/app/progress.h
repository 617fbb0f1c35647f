// How far a long verb has come, on stderr: a bar on a terminal, a line every tenth elsewhere.
#pragma once

#include <cstdint>
#include <string>

namespace tillcast::app {

/// One thread. Ends its line when it goes.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::int64_t done, std::int64_t total);

 private:
  std::string what_;
  bool on_terminal_;
  int shown_ = -1;
};

}  // namespace tillcast::app
