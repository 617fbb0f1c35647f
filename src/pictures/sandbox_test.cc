#include "pictures/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

namespace tillcast::pictures {
namespace {

constexpr ProcessLimits kLimits{std::size_t{512} * 1024 * 1024, 5'000, 1024};

/// Sanitizers bring threads, system calls and terabytes of address space of their own.
class Sandbox : public ::testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "this build is a sanitizer's";
#endif
  }
};

/// Runs `check` in a process of its own, inside the sandbox: it ends with 0 if that held.
void expect_inside(const std::function<bool()>& check) {
  EXPECT_EXIT(
      {
        if (!enter_sandbox(kLimits)) _exit(2);
        _exit(check() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

bool is_refused(long result) { return result < 0 && errno == EPERM; }

TEST_F(Sandbox, has_no_network) {
  expect_inside([] {
    return is_refused(socket(AF_INET, SOCK_STREAM, 0)) &&
           is_refused(socket(AF_INET6, SOCK_DGRAM, 0)) &&
           is_refused(socket(AF_UNIX, SOCK_STREAM, 0));
  });
}

TEST_F(Sandbox, opens_no_file_and_starts_no_program) {
  expect_inside([] {
    char name[] = "/bin/true";
    char* arguments[] = {name, nullptr};
    return is_refused(open("/etc/passwd", O_RDONLY)) &&
           is_refused(open("new", O_CREAT | O_WRONLY, 0600)) &&
           is_refused(execv(name, arguments)) && is_refused(fork());
  });
}

TEST_F(Sandbox, signals_nobody_and_cannot_be_left) {
  expect_inside([] {
    return is_refused(kill(getppid(), 0)) && is_refused(chdir("/")) && !enter_sandbox(kLimits);
  });
}

TEST_F(Sandbox, computes_with_threads_and_writes_what_is_open) {
  expect_inside([] {
    int sum = 0;
    std::thread([&] { sum = 42; }).join();
    return sum == 42 && write(STDERR_FILENO, "x", 1) == 1;
  });
}

TEST_F(Sandbox, holds_memory) {
  expect_inside([] {
    void* const much = mmap(nullptr, std::size_t{2} * 1024 * 1024 * 1024, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return much == MAP_FAILED && errno == ENOMEM;
  });
}

TEST_F(Sandbox, holds_output) {
  char name[] = "output-XXXXXX";
  const int file = mkstemp(name);
  ASSERT_GE(file, 0);
  unlink(name);
  EXPECT_EXIT(
      {
        if (!enter_sandbox(kLimits)) _exit(2);
        const char bytes[kLimits.output_bytes + 1] = {};
        if (write(file, bytes, sizeof bytes) != static_cast<long>(kLimits.output_bytes)) _exit(3);
        static_cast<void>(write(file, bytes, 1) == 1);
        _exit(0);
      },
      testing::KilledBySignal(SIGXFSZ), "");
  close(file);
}

TEST_F(Sandbox, is_not_entered_beside_a_thread_that_would_be_free) {
  EXPECT_EXIT(
      {
        std::thread other([] { pause(); });
        _exit(enter_sandbox(kLimits) ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace tillcast::pictures
