// The lock that keeps a second server off a data folder.
#pragma once

#include <filesystem>

namespace tillcast::storage {

/// Holds `folder`/tillcast.lock by flock(2) for as long as it lives; the kernel gives it back when
/// the process ends, however it ends. Any thread.
class FolderLock {
 public:
  /// Makes the folder (for its owner alone) if it is missing. Throws std::runtime_error with a
  /// sentence for the user: the folder cannot be written, or another process holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace tillcast::storage
