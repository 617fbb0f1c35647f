#include "storage/sqlite/gathering_vfs.h"

#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>

namespace tillcast::storage {
namespace {

/// A write-ahead log as SQLite holds it; the real file stands behind it in the same memory.
struct LogFile {
  sqlite3_file base;
  sqlite3_file* real;
  std::unique_ptr<char[]> gathered;
  int size = 0;
  /// Where in the file `gathered` belongs.
  sqlite3_int64 start = 0;
};

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

int write_gathered(LogFile& log) {
  if (log.size == 0) return SQLITE_OK;
  const int size = log.size;
  log.size = 0;
  return log.real->pMethods->xWrite(log.real, log.gathered.get(), size, log.start);
}

/// Calls `method` of the real file, behind what was gathered.
template <auto kMethod, class... Args>
int behind_gathered(sqlite3_file* file, Args... args) {
  LogFile& log = log_of(file);
  if (const int code = write_gathered(log); code != SQLITE_OK) return code;
  return (log.real->pMethods->*kMethod)(log.real, args...);
}

/// Calls `method` of the real file, to which it makes no difference what is in it.
template <auto kMethod, class... Args>
int pass(sqlite3_file* file, Args... args) {
  sqlite3_file* const real = log_of(file).real;
  return (real->pMethods->*kMethod)(real, args...);
}

int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  // Of a read that fails SQLite might undo its statement alone; what is lost here may be an earlier
  // one's, and an error in writing undoes the whole transaction.
  if (write_gathered(log) != SQLITE_OK) return SQLITE_IOERR_WRITE;
  return log.real->pMethods->xRead(log.real, out, size, offset);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  const bool follows =
      offset == log.start + log.size &&
      static_cast<std::size_t>(log.size) + static_cast<std::size_t>(size) <= kGatheredBytesMax;
  if (!follows) {
    if (const int code = write_gathered(log); code != SQLITE_OK) return code;
    log.start = offset;
  }
  if (static_cast<std::size_t>(size) > kGatheredBytesMax) {
    return log.real->pMethods->xWrite(log.real, data, size, offset);
  }
  std::memcpy(log.gathered.get() + log.size, data, static_cast<std::size_t>(size));
  log.size += size;
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int written = write_gathered(log);
  const int closed = log.real->pMethods->xClose(log.real);
  log.~LogFile();
  return written != SQLITE_OK ? written : closed;
}

const sqlite3_io_methods& log_methods() {
  using Methods = sqlite3_io_methods;
  // Version 1: the shared memory belongs to the database's file.
  static const Methods methods = {
      .iVersion = 1,
      .xClose = close,
      .xRead = read,
      .xWrite = write,
      .xTruncate = behind_gathered<&Methods::xTruncate, sqlite3_int64>,
      .xSync = behind_gathered<&Methods::xSync, int>,
      .xFileSize = behind_gathered<&Methods::xFileSize, sqlite3_int64*>,
      .xLock = pass<&Methods::xLock, int>,
      .xUnlock = pass<&Methods::xUnlock, int>,
      .xCheckReservedLock = pass<&Methods::xCheckReservedLock, int*>,
      .xFileControl = behind_gathered<&Methods::xFileControl, int, void*>,
      .xSectorSize = pass<&Methods::xSectorSize>,
      .xDeviceCharacteristics = pass<&Methods::xDeviceCharacteristics>,
      .xShmMap = nullptr,
      .xShmLock = nullptr,
      .xShmBarrier = nullptr,
      .xShmUnmap = nullptr,
      .xFetch = nullptr,
      .xUnfetch = nullptr};
  return methods;
}

}  // namespace

GatheringVfs::GatheringVfs(const std::string& base) {
  sqlite3_vfs* const real = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (real == nullptr) throw std::invalid_argument("SQLite knows no VFS \"" + base + "\"");
  // Two databases of one process have each their own.
  name_ = "gathering-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  static_cast<sqlite3_vfs&>(vfs_) = *real;
  vfs_.real = real;
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.szOsFile += static_cast<int>(sizeof(LogFile));
  vfs_.xOpen = open;
  sqlite3_vfs_register(&vfs_, 0);
}

GatheringVfs::~GatheringVfs() { sqlite3_vfs_unregister(&vfs_); }

int GatheringVfs::open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* memory, int flags,
                       int* out) {
  sqlite3_vfs* const base = static_cast<Vfs*>(vfs)->real;
  // Every other file is the base's own, for whose connection this one stands.
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, path, memory, flags, out);
  auto* const real =
      reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(memory) + sizeof(LogFile));
  memory->pMethods = nullptr;
  real->pMethods = nullptr;
  std::unique_ptr<char[]> gathered(new (std::nothrow) char[kGatheredBytesMax]);
  if (gathered == nullptr) return SQLITE_NOMEM;
  const int code = base->xOpen(base, path, real, flags, out);
  if (code != SQLITE_OK) {
    if (real->pMethods != nullptr) real->pMethods->xClose(real);
    return code;
  }
  new (memory) LogFile{{&log_methods()}, real, std::move(gathered)};
  return SQLITE_OK;
}

}  // namespace tillcast::storage
