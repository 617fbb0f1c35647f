// What a process gives up before it reads a stranger's file. Linux on x86-64 and arm64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tillcast::pictures {

/// Holds this process to so much address space, CPU time and output; it leaves no core file, which
/// would hold what was uploaded.
struct ProcessLimits {
  std::size_t memory_bytes;
  std::int64_t cpu_ms;
  std::size_t output_bytes;
};

/// From here on the process can compute, use memory and threads, and read and write what is open:
/// no socket, file, program or process can be opened, started or signalled any more (EPERM, by
/// seccomp; clone only makes threads). False if the kernel did not agree, or another thread is
/// there already, which would be left free.
[[nodiscard]] bool enter_sandbox(const ProcessLimits& limits);

}  // namespace tillcast::pictures
