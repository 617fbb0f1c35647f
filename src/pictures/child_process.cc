#include "pictures/child_process.h"

#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "base/limits.h"
#include "pictures/child.h"

namespace tillcast::pictures {

namespace {

constexpr std::size_t kErrorBytesMax = 1000;

class File {
 public:
  explicit File(int number) : number_(number) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

/// A file in memory, which the child is given as one of its standard files.
class MemoryFile : public File {
 public:
  MemoryFile() : File(memfd_create("tillcast-picture", MFD_CLOEXEC)) {}

  [[nodiscard]] bool fill(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = write(get(), bytes.data(), bytes.size());
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return lseek(get(), 0, SEEK_SET) == 0;
  }

  [[nodiscard]] std::string contents(std::size_t bytes_max) const {
    std::string bytes(bytes_max, '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
      const auto taken =
          pread(get(), bytes.data() + size, bytes.size() - size, static_cast<off_t>(size));
      if (taken <= 0) break;
      size += static_cast<std::size_t>(taken);
    }
    bytes.resize(size);
    bytes.shrink_to_fit();
    return bytes;
  }
};

/// The child sees three files, and of the variables only what keeps its libraries quiet.
int spawn(pid_t& child, const std::string& program, int in, int out, int error) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, error, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  std::string name = "tillcast";
  std::string verb(kChildVerb);
  std::string locale = "LC_ALL=C";
  std::array<char*, 3> arguments = {name.data(), verb.data(), nullptr};
  std::string no_warnings = "VIPS_WARNING=0";
  std::array<char*, 3> variables = {locale.data(), no_warnings.data(), nullptr};
  const int failure =
      posix_spawn(&child, program.c_str(), &files, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&files);
  return failure;
}

/// 0 if the child has ended by itself.
int wait_until_done(const File& child, std::int64_t deadline_ms, int stop_fd) {
  std::array<pollfd, 2> waited = {{{child.get(), POLLIN, 0}, {stop_fd, POLLIN, 0}}};
  int ready = 0;
  do {
    ready = poll(waited.data(), waited.size(), static_cast<int>(deadline_ms));
  } while (ready < 0 && errno == EINTR);
  if (waited[0].revents != 0) return 0;
  return waited[1].revents != 0 ? kStopped : kTooSlow;
}

}  // namespace

ChildResult run_child_process(const std::string& program, const std::string& source,
                              std::int64_t deadline_ms, int stop_fd) {
  const MemoryFile in;
  const MemoryFile out;
  const MemoryFile error;
  if (!in || !out || !error || !in.fill(source)) {
    return {kNotStarted, {}, std::strerror(errno)};
  }
  pid_t child = 0;
  if (const int failure = spawn(child, program, in.get(), out.get(), error.get()); failure != 0) {
    return {kNotStarted, {}, std::strerror(failure)};
  }
  // The header of glibc 2.36 forgets that this function is C's.
  const File handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  const int waited = handle ? wait_until_done(handle, deadline_ms, stop_fd) : kNotStarted;
  if (waited != 0) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ChildResult result{waited, {}, error.contents(kErrorBytesMax)};
  if (waited != 0) return result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : kKilled;
  if (result.status == 0) result.output = out.contents(limits::kPictureResultBytesMax);
  return result;
}

}  // namespace tillcast::pictures
