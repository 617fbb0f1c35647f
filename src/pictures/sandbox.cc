#include "pictures/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace tillcast::pictures {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "the sandbox knows the system calls of x86-64 and arm64 alone"
#endif

/// What computing in memory with threads needs, and no more.
constexpr std::array kAllowed = {SYS_read,
                                 SYS_write,
                                 SYS_close,
                                 SYS_lseek,
                                 SYS_fstat,
                                 SYS_mmap,
                                 SYS_munmap,
                                 SYS_mremap,
                                 SYS_mprotect,
                                 SYS_madvise,
                                 SYS_brk,
                                 SYS_futex,
                                 SYS_exit,
                                 SYS_exit_group,
                                 SYS_rt_sigaction,
                                 SYS_rt_sigprocmask,
                                 SYS_rt_sigreturn,
                                 SYS_sigaltstack,
                                 SYS_set_robust_list,
                                 SYS_rseq,
                                 SYS_sched_yield,
                                 SYS_gettid,
                                 SYS_getpid,
                                 SYS_clock_gettime,
                                 SYS_clock_nanosleep,
                                 SYS_nanosleep,
                                 SYS_gettimeofday,
                                 SYS_getrandom,
                                 SYS_getrusage,
                                 SYS_sysinfo,
                                 SYS_sched_getaffinity,
                                 SYS_membarrier,
                                 SYS_restart_syscall};

constexpr sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
constexpr sock_filter answer(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
constexpr sock_filter unless_equal_skip(std::uint32_t value, std::uint8_t skip) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}

constexpr std::uint32_t refusal(int error) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
}

/// The C library starts threads by clone3, whose arguments a filter cannot see; told that there is
/// none, it uses clone.
std::vector<sock_filter> filter() {
  std::vector<sock_filter> program = {
      load(offsetof(seccomp_data, arch)),  unless_equal_skip(kArchitecture, 1),
      BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), answer(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
  };
  for (const long number : kAllowed) {
    program.push_back(unless_equal_skip(static_cast<std::uint32_t>(number), 1));
    program.push_back(answer(SECCOMP_RET_ALLOW));
  }
  program.push_back(unless_equal_skip(SYS_clone3, 1));
  program.push_back(answer(refusal(ENOSYS)));
  program.push_back(unless_equal_skip(SYS_clone, 3));
  program.push_back(
      load(offsetof(seccomp_data, args)));  // the flags; both machines keep low bytes first
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
  program.push_back(answer(SECCOMP_RET_ALLOW));
  program.push_back(answer(refusal(EPERM)));
  return program;
}

bool hold(__rlimit_resource resource, std::size_t most) {
  const rlimit limit{most, most};
  return setrlimit(resource, &limit) == 0;
}

bool is_alone() {
  std::error_code error;
  std::size_t threads = 0;
  for (std::filesystem::directory_iterator at("/proc/self/task", error), end; at != end && !error;
       at.increment(error)) {
    ++threads;
  }
  return !error && threads == 1;
}

}  // namespace

bool enter_sandbox(const ProcessLimits& limits) {
  if (!is_alone()) return false;
  const bool held = hold(RLIMIT_AS, limits.memory_bytes) &&
                    hold(RLIMIT_CPU, static_cast<std::size_t>((limits.cpu_ms + 999) / 1000)) &&
                    hold(RLIMIT_FSIZE, limits.output_bytes) && hold(RLIMIT_CORE, 0);
  if (!held || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  std::vector<sock_filter> rules = filter();
  const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace tillcast::pictures
