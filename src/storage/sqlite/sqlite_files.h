// The database as a file: read beside the server that serves it, copied while it is written to,
// checked, and put in an empty place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "storage/database.h"

namespace tillcast::storage {

/// Pages copied so far, and all of them.
using CopyProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// The database of a data folder. Throws std::runtime_error with a sentence if there is none.
std::filesystem::path sqlite_file_in(const std::filesystem::path& folder);

/// A reader of `file` that takes no lock of the folder, so that another process may serve it.
/// Throws std::runtime_error with a sentence for the user: no such file, no database, another
/// program's, or one of another version of the log.
std::unique_ptr<Reader> read_sqlite_file(const std::filesystem::path& file);

/// What SQLite itself finds wrong with the file's pages, indexes and foreign keys; `queries` are of
/// one of its readers. Empty if it is sound. Throws StorageFailure if it cannot be read at all.
std::vector<std::string> check_sqlite_pages(Queries& queries);

/// Copies `from`, which may be served and written to, as it is at one moment into the new file
/// `to`. Readable by its owner alone, synced, and either whole or not there. The server goes on;
/// only its write-ahead log is not shortened meanwhile. Throws std::runtime_error with a sentence.
void copy_sqlite_file(const std::filesystem::path& from, const std::filesystem::path& to,
                      const CopyProgress& progress = {});

/// Puts the copy `from` into `folder`, which must hold no database, with a new epoch: whoever knows
/// a position of the old history is told to start over. Throws std::runtime_error with a sentence;
/// nothing is left in the folder then.
void restore_sqlite_file(const std::filesystem::path& from, const std::filesystem::path& folder,
                         Random& random, const CopyProgress& progress = {});

}  // namespace tillcast::storage
