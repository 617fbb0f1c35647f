// What another process has used so far, as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace tillcast::bench {

/// User and system time of all its living threads, in nanoseconds (/proc/PID/task/*/schedstat).
std::uint64_t cpu_ns(pid_t pid);

/// Resident memory that belongs to no file, in bytes: the heap, the stacks and changed data.
std::uint64_t anonymous_bytes(pid_t pid);

}  // namespace tillcast::bench
