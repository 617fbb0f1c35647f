// A disk for SQLite that loses power: what was written is kept in memory, where reads see it, and
// comes to the real file only when SQLite syncs. For tests.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/random.h"

namespace tillcast::crash {

/// What becomes of bytes that were written and not synced when the power goes. A real disk may keep
/// any of them, in any order, down to its sectors.
enum class Unsynced : std::uint8_t { kLost, kTorn };

/// A VFS over SQLite's default one. Owns the content of the files opened through it and outlives
/// their connections. Any thread.
class UnsyncedVfs {
 public:
  /// Registers with SQLite as `name`. With `lies`, a sync answers and does nothing, as a broken
  /// disk does: a test of durability must notice it.
  explicit UnsyncedVfs(std::string name, bool lies = false);
  ~UnsyncedVfs();
  UnsyncedVfs(const UnsyncedVfs&) = delete;
  UnsyncedVfs& operator=(const UnsyncedVfs&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Writes, truncations and syncs so far.
  [[nodiscard]] std::uint64_t operations() const;
  /// The power goes during operation number `operation` (from 1): neither it nor any after it
  /// succeeds.
  void cut_power_at(std::uint64_t operation, Unsynced unsynced, std::uint64_t seed);
  [[nodiscard]] bool power_is_cut() const;

 private:
  struct File;
  struct Handle;
  struct Methods;

  bool count_operation();
  int sync(File& file);
  void lose_power();

  std::string name_;
  bool lies_;
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = UINT64_MAX;
  Unsynced unsynced_ = Unsynced::kLost;
  SeededRandom random_{0};
  bool cut_ = false;
};

}  // namespace tillcast::crash
