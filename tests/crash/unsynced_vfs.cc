#include "tests/crash/unsynced_vfs.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace tillcast::crash {
namespace {

constexpr std::size_t kSectorBytes = 512;

}  // namespace

/// The content of one file as its readers see it, and which sectors the real file does not have
/// yet.
struct UnsyncedVfs::File {
  std::vector<char> content;
  std::set<std::size_t> unsynced_sectors;
  /// The open real files; any one of them can write.
  std::vector<sqlite3_file*> open;

  void load(sqlite3_file* real) {
    sqlite3_int64 size = 0;
    real->pMethods->xFileSize(real, &size);
    content.resize(static_cast<std::size_t>(size));
    if (size > 0) real->pMethods->xRead(real, content.data(), static_cast<int>(size), 0);
  }

  void write(const char* data, std::size_t size, std::size_t offset) {
    if (content.size() < offset + size) content.resize(offset + size);
    std::memcpy(content.data() + offset, data, size);
    for (std::size_t sector = offset / kSectorBytes; sector * kSectorBytes < offset + size;
         ++sector) {
      unsynced_sectors.insert(sector);
    }
  }

  /// Brings one sector to the real file.
  [[nodiscard]] int write_through(std::size_t sector) const {
    const std::size_t offset = sector * kSectorBytes;
    if (offset >= content.size()) return SQLITE_OK;
    const std::size_t size = std::min(kSectorBytes, content.size() - offset);
    sqlite3_file* real = open.front();
    return real->pMethods->xWrite(real, content.data() + offset, static_cast<int>(size),
                                  static_cast<sqlite3_int64>(offset));
  }
};

/// What SQLite holds for an open file: ours, with the real one behind it in the same memory.
struct UnsyncedVfs::Handle {
  sqlite3_file base;
  UnsyncedVfs* vfs;
  std::shared_ptr<File> file;
  sqlite3_file* real;
};

/// The functions that SQLite calls.
struct UnsyncedVfs::Methods {
  static UnsyncedVfs& vfs_of(sqlite3_vfs* vfs) { return *static_cast<UnsyncedVfs*>(vfs->pAppData); }
  static Handle& handle_of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  static sqlite3_file* real_of(sqlite3_file* file) { return handle_of(file).real; }

  static int open(sqlite3_vfs* base, const char* path, sqlite3_file* memory, int flags, int* out) {
    UnsyncedVfs& vfs = vfs_of(base);
    const std::lock_guard lock(vfs.mutex_);
    memory->pMethods = nullptr;
    auto* real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(memory) + sizeof(Handle));
    if (vfs.cut_) return SQLITE_IOERR;
    const int code = vfs.real_->xOpen(vfs.real_, path, real, flags, out);
    if (code != SQLITE_OK) {
      if (real->pMethods != nullptr) real->pMethods->xClose(real);
      return code;
    }
    // A file without a name is a temporary one of this connection alone.
    std::shared_ptr<File> file = path == nullptr ? nullptr : vfs.files_[path];
    if (file == nullptr) {
      file = std::make_shared<File>();
      file->load(real);
      if (path != nullptr) vfs.files_[path] = file;
    }
    auto* handle = new (memory) Handle{{&table()}, &vfs, std::move(file), real};
    handle->file->open.push_back(real);
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* base, const char* path, int sync_folder) {
    UnsyncedVfs& vfs = vfs_of(base);
    const std::lock_guard lock(vfs.mutex_);
    if (!vfs.count_operation()) return SQLITE_IOERR;
    vfs.files_.erase(path);
    return vfs.real_->xDelete(vfs.real_, path, sync_folder);
  }

  static int access(sqlite3_vfs* base, const char* path, int flags, int* result) {
    UnsyncedVfs& vfs = vfs_of(base);
    const std::lock_guard lock(vfs.mutex_);
    const auto found = vfs.files_.find(path);
    if (flags == SQLITE_ACCESS_EXISTS && found != vfs.files_.end()) {
      *result = found->second->content.empty() ? 0 : 1;
      return SQLITE_OK;
    }
    return vfs.real_->xAccess(vfs.real_, path, flags, result);
  }

  static int close(sqlite3_file* base) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    auto& open = handle.file->open;
    open.erase(std::find(open.begin(), open.end(), handle.real));
    const int code = handle.real->pMethods->xClose(handle.real);
    handle.~Handle();
    return code;
  }

  static int read(sqlite3_file* base, void* out, int size, sqlite3_int64 offset) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    if (handle.vfs->cut_) return SQLITE_IOERR_READ;
    const std::vector<char>& content = handle.file->content;
    const auto wanted = static_cast<std::size_t>(size);
    const auto from = std::min(static_cast<std::size_t>(offset), content.size());
    const std::size_t got = std::min(wanted, content.size() - from);
    if (got > 0) std::memcpy(out, content.data() + from, got);
    if (got == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(out) + got, 0, wanted - got);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* base, const void* data, int size, sqlite3_int64 offset) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    if (handle.vfs->cut_) return SQLITE_IOERR_WRITE;
    handle.file->write(static_cast<const char*>(data), static_cast<std::size_t>(size),
                       static_cast<std::size_t>(offset));
    return handle.vfs->count_operation() ? SQLITE_OK : SQLITE_IOERR_WRITE;
  }

  static int truncate(sqlite3_file* base, sqlite3_int64 size) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    if (!handle.vfs->count_operation()) return SQLITE_IOERR_TRUNCATE;
    handle.file->content.resize(static_cast<std::size_t>(size));
    return SQLITE_OK;
  }

  static int sync(sqlite3_file* base, int) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    if (!handle.vfs->count_operation()) return SQLITE_IOERR_FSYNC;
    return handle.vfs->sync(*handle.file);
  }

  static int file_size(sqlite3_file* base, sqlite3_int64* size) {
    Handle& handle = handle_of(base);
    const std::lock_guard lock(handle.vfs->mutex_);
    *size = static_cast<sqlite3_int64>(handle.file->content.size());
    return SQLITE_OK;
  }

  // Hints about sizes and maps would touch the real file behind our back.
  static int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

  // Locks and shared memory hold nothing that a disk keeps, so the real ones serve.
  static int lock(sqlite3_file* f, int l) { return real_of(f)->pMethods->xLock(real_of(f), l); }
  static int unlock(sqlite3_file* f, int l) { return real_of(f)->pMethods->xUnlock(real_of(f), l); }
  static int check_reserved(sqlite3_file* f, int* out) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
  }
  static int sector_size(sqlite3_file* f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
  static int characteristics(sqlite3_file* f) {
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
  }
  static int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
  }
  static void shm_barrier(sqlite3_file* f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
  static int shm_unmap(sqlite3_file* f, int remove) {
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
  }

  static const sqlite3_io_methods& table() {
    // Version 2 has shared memory and no memory map of the file.
    static const sqlite3_io_methods methods = {2,
                                               close,
                                               read,
                                               write,
                                               truncate,
                                               sync,
                                               file_size,
                                               lock,
                                               unlock,
                                               check_reserved,
                                               file_control,
                                               sector_size,
                                               characteristics,
                                               shm_map,
                                               shm_lock,
                                               shm_barrier,
                                               shm_unmap,
                                               nullptr,
                                               nullptr};
    return methods;
  }
};

UnsyncedVfs::UnsyncedVfs(std::string name, bool lies)
    : name_(std::move(name)), lies_(lies), real_(sqlite3_vfs_find(nullptr)) {
  vfs_ = *real_;
  vfs_.szOsFile = static_cast<int>(sizeof(Handle)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &Methods::open;
  vfs_.xDelete = &Methods::remove;
  vfs_.xAccess = &Methods::access;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("VFS not registered");
}

UnsyncedVfs::~UnsyncedVfs() { sqlite3_vfs_unregister(&vfs_); }

std::uint64_t UnsyncedVfs::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

bool UnsyncedVfs::power_is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

void UnsyncedVfs::cut_power_at(std::uint64_t operation, Unsynced unsynced, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  cut_at_ = operations_ + operation;
  unsynced_ = unsynced;
  random_ = SeededRandom(seed);
}

/// False if there is no power for this operation.
bool UnsyncedVfs::count_operation() {
  if (cut_) return false;
  ++operations_;
  if (operations_ == cut_at_) lose_power();
  return !cut_;
}

int UnsyncedVfs::sync(File& file) {
  if (lies_) return SQLITE_OK;
  for (const std::size_t sector : file.unsynced_sectors) {
    const int code = file.write_through(sector);
    if (code != SQLITE_OK) return code;
  }
  file.unsynced_sectors.clear();
  sqlite3_file* real = file.open.front();
  return real->pMethods->xTruncate(real, static_cast<sqlite3_int64>(file.content.size()));
}

void UnsyncedVfs::lose_power() {
  cut_ = true;
  if (unsynced_ == Unsynced::kLost) return;
  for (const auto& [path, file] : files_) {
    if (file->open.empty()) continue;
    for (const std::size_t sector : file->unsynced_sectors) {
      if ((random_.u64() & 1U) != 0) static_cast<void>(file->write_through(sector));
    }
  }
}

}  // namespace tillcast::crash
