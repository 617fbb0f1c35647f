// SQLite as the engine that needs no set-up: WAL, synchronous=FULL, one file in a folder.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/random.h"
#include "storage/database.h"

namespace tillcast::storage {

struct SqliteOptions {
  /// The folder that holds the database; made if it is missing.
  std::filesystem::path folder;
  /// The SQLite VFS to open files with; empty for the default one. Tests give one that loses
  /// writes.
  std::string vfs{};
  /// Pages by which the write-ahead log grows before they are copied into the database: 4 MiB.
  int checkpoint_pages = 1'000;
};

/// Opens `folder`/tillcast.db, applies the log's own migrations and gives a new database its epoch.
/// Throws std::runtime_error with a sentence for the user: a second server on the same folder, a
/// read-only folder, a file that is no database, a database of a newer version.
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options, Random& random);

}  // namespace tillcast::storage
