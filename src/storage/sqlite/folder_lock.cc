#include "storage/sqlite/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string>
#include <system_error>

namespace tillcast::storage {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// Who holds the lock writes its process id into the file, only so that a message can name it.
std::string holder_of(int fd) {
  std::array<char, 16> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  long pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  return pid > 0 ? " (process " + std::to_string(pid) + ")" : "";
}

void write_holder(int fd) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only a courtesy to a later message: without it the lock holds just as well.
  [[maybe_unused]] const bool written =
      ::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) > 0;
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (error) {
    throw std::runtime_error("The data folder " + folder.string() + " cannot be made: " +
                             error.message() + ". Name another one with --data.");
  }
  if (made) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);

  const auto path = folder / "tillcast.lock";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd_ < 0) {
    throw std::runtime_error("The data folder " + folder.string() +
                             " cannot be written: " + reason(errno) +
                             ". Change its owner or mode, or name another one with --data.");
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    const std::string holder = holder_of(fd_);
    ::close(fd_);
    if (why != EWOULDBLOCK) {
      throw std::runtime_error("The data folder " + folder.string() + " cannot be locked: " +
                               reason(why) + ". Name one on a local file system with --data.");
    }
    throw std::runtime_error("Another tillcast" + holder + " uses the data folder " +
                             folder.string() + ". Stop it, or name another folder with --data.");
  }
  write_holder(fd_);
}

FolderLock::~FolderLock() { ::close(fd_); }

}  // namespace tillcast::storage
