// Starts a child for one picture and waits for it. One thread at a time may use one.
#pragma once

#include <string>

namespace tillcast::pictures {

struct ChildResult {
  /// The exit status, or one of the numbers below.
  int status = -1;
  std::string output{};
  /// What it said on standard error, or why it could not be started.
  std::string error{};
};
inline constexpr int kNotStarted = -1;
inline constexpr int kKilled = -2;
inline constexpr int kTooSlow = -3;
inline constexpr int kStopped = -4;

/// Runs `program picture-child` on `source`, without this process's variables and open files. It is
/// ended after `deadline_ms`, or once `stop_fd` can be read. `program` is a path.
ChildResult run_child_process(const std::string& program, const std::string& source,
                              std::int64_t deadline_ms, int stop_fd);

}  // namespace tillcast::pictures
