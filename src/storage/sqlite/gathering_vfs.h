// A VFS for SQLite (sqlite.org/vfs.html) that writes a commit's frames of the write-ahead log
// together. SQLite writes each frame's header and page by a call of its own, which took a tenth of
// what an order costs.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <string>

namespace tillcast::storage {

/// So much of a log is gathered at most. The default VFS takes no more than 128 KiB by one call.
inline constexpr std::size_t kGatheredBytesMax = 64 * 1024;

/// Passes everything to the VFS that is named `base` (empty for SQLite's default), except that
/// writes to a write-ahead log that follow each other wait until the log is synced, read or
/// otherwise asked for; an error in writing them is then that call's error.
///
/// A connection through it must have synchronous=FULL: SQLite syncs the log before it lets other
/// connections know of the frames, and so nobody else looks for what is not yet written. It must be
/// the only one that writes, because frames of a transaction that was rolled back may still wait
/// and are written before the next ones, which take their place. The base must have
/// SQLITE_IOCAP_POWERSAFE_OVERWRITE, as the default one has; without it SQLite writes frames behind
/// the sync.
///
/// Registered with SQLite while it lives; outlives the connections that name it. Any thread; each
/// connection holds at most kGatheredBytesMax.
class GatheringVfs {
 public:
  /// Throws std::invalid_argument if there is no such VFS.
  explicit GatheringVfs(const std::string& base);
  ~GatheringVfs();
  GatheringVfs(const GatheringVfs&) = delete;
  GatheringVfs& operator=(const GatheringVfs&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct Vfs : sqlite3_vfs {
    sqlite3_vfs* real;
  };

  static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* memory, int flags,
                  int* out);

  std::string name_;
  Vfs vfs_{};
};

}  // namespace tillcast::storage
