#include "storage/sqlite/sqlite_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/folder_lock.h"
#include "storage/sqlite/log_schema.h"
#include "storage/sqlite/sqlite_reader.h"

namespace tillcast::storage {
namespace {

namespace fs = std::filesystem;

/// Pages that one step of a copy takes: 4 MiB, so that progress is told a few times a second.
constexpr int kCopyStepPages = 1'024;
/// Lines that SQLite's own check gives at most.
constexpr int kPageFaultsMax = 100;

std::string reason(int error) { return std::generic_category().message(error); }

void demand_file(const fs::path& file) {
  std::error_code error;
  if (fs::is_regular_file(file, error)) return;
  throw std::runtime_error("There is no file " + file.string() + ".");
}

std::int64_t number(Queries& queries, std::string_view sql) {
  std::int64_t value = 0;
  queries.query(sql, {}, [&value](const Row& row) { value = row.integer(0); });
  return value;
}

/// Refuses what is no database of ours, or one whose log this build does not read.
void demand_ours(Queries& queries, const fs::path& file) {
  if (number(queries, "PRAGMA application_id") != kSqliteApplicationId) {
    throw std::runtime_error("The file " + file.string() + " is no database of tillcast.");
  }
  const auto log = number(queries, "SELECT max(number) FROM migrations WHERE component = 'log'");
  if (log == static_cast<std::int64_t>(kSqliteLogMigrations.size())) return;
  throw std::runtime_error("The database " + file.string() +
                           (log > static_cast<std::int64_t>(kSqliteLogMigrations.size())
                                ? " was written by a newer version of tillcast; use that version."
                                : " is of an older version: serve it once, which brings it up."));
}

/// A file that is renamed to its place when it is whole, and is gone otherwise.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const fs::path& place) : place_(place), path_(place.string() + ".part") {
    remove();
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
      throw std::runtime_error("The file " + path_.string() + " cannot be made: " + reason(errno) +
                               ".");
    }
    ::close(fd);
  }
  ~UnfinishedFile() { remove(); }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

  /// Makes the name as durable as the content is. link(2) never takes the place of another file.
  void finish() {
    if (::link(path_.c_str(), place_.c_str()) != 0) {
      throw std::runtime_error("The file " + place_.string() + " cannot be made: " + reason(errno) +
                               ".");
    }
    remove();
    const fs::path folder = place_.has_parent_path() ? place_.parent_path() : ".";
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced) throw std::runtime_error("The folder " + folder.string() + " cannot be synced.");
  }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      ::unlink((path_.string() + suffix).c_str());
    }
  }

  fs::path place_;
  fs::path path_;
};

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

/// Copies all pages that `from` sees. The caller holds a snapshot of `from` open, so what others
/// commit meanwhile neither shows in the copy nor starts it again.
void copy_pages(Connection& from, const fs::path& to, const CopyProgress& progress) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> copy(raw, &sqlite3_close);
  if (opened != SQLITE_OK) throw StorageFailure("open " + to.string());
  // The pages make the new file one in WAL mode; what is written until then needs no journal,
  // because an unfinished copy is thrown away.
  sqlite3_exec(raw, "PRAGMA synchronous = FULL; PRAGMA journal_mode = OFF", nullptr, nullptr,
               nullptr);
  std::unique_ptr<sqlite3_backup, FinishBackup> backup(
      sqlite3_backup_init(raw, "main", from.handle(), "main"));
  int code = backup ? SQLITE_OK : sqlite3_errcode(raw);
  while (backup && code == SQLITE_OK) {
    code = sqlite3_backup_step(backup.get(), kCopyStepPages);
    const int total = sqlite3_backup_pagecount(backup.get());
    if (progress) progress(total - sqlite3_backup_remaining(backup.get()), total);
  }
  if (code != SQLITE_DONE) {
    throw StorageFailure(std::string(sqlite3_errstr(code)) + " (" + std::to_string(code) + ')');
  }
}

/// One file that holds everything and that readers leave as it is; who serves it makes it a WAL
/// again.
void leave_wal_mode(const fs::path& file) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> copy(raw, &sqlite3_close);
  const bool left = opened == SQLITE_OK && sqlite3_exec(raw, "PRAGMA journal_mode = DELETE",
                                                        nullptr, nullptr, nullptr) == SQLITE_OK;
  if (!left) throw StorageFailure("the mode of " + file.string() + ": " + sqlite3_errmsg(raw));
}

void sync_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) throw StorageFailure("fsync " + file.string() + ": " + reason(why));
}

void copy_into(const fs::path& from, UnfinishedFile& to, const CopyProgress& progress) {
  Connection source({.path = from.string(), .read_only = true});
  source.execute("BEGIN");
  // The first query takes the snapshot.
  source.query("SELECT count(*) FROM sqlite_schema", {}, [](const Row&) {});
  copy_pages(source, to.path(), progress);
  source.execute("ROLLBACK");
  leave_wal_mode(to.path());
  sync_file(to.path());
}

void start_epoch(const fs::path& file, Random& random) {
  Connection copy({.path = file.string()});
  const std::string epoch = random_token(random, kSqliteEpochLength);
  const Value parameter = std::string_view(epoch);
  copy.execute("UPDATE meta SET value = $1 WHERE name = 'epoch'", std::span(&parameter, 1));
}

}  // namespace

fs::path sqlite_file_in(const fs::path& folder) {
  const fs::path file = folder / kSqliteFileName;
  std::error_code error;
  if (fs::is_regular_file(file, error)) return file;
  throw std::runtime_error("There is no data in the folder " + folder.string() + ".");
}

std::unique_ptr<Reader> read_sqlite_file(const fs::path& file) {
  demand_file(file);
  try {
    auto reader = std::make_unique<SqliteReader>(
        ConnectionOptions{.path = file.string(), .read_only = true, .sort_on_disk = true});
    reader->snapshot([&](Queries& queries) { demand_ours(queries, file); });
    return reader;
  } catch (const StorageFailure& failure) {
    throw std::runtime_error("The database " + file.string() +
                             " cannot be read: " + failure.what());
  }
}

std::vector<std::string> check_sqlite_pages(Queries& queries) {
  std::vector<std::string> faults;
  queries.query("PRAGMA integrity_check(" + std::to_string(kPageFaultsMax) + ")", {},
                [&](const Row& row) {
                  if (row.text(0) != "ok") faults.emplace_back(row.text(0));
                });
  queries.query("PRAGMA foreign_key_check", {}, [&](const Row& row) {
    if (faults.size() >= kPageFaultsMax) return;
    faults.push_back("Row " + std::string(row.text(1)) + " of " + std::string(row.text(0)) +
                     " names a row of " + std::string(row.text(2)) + " that is not there.");
  });
  return faults;
}

void copy_sqlite_file(const fs::path& from, const fs::path& to, const CopyProgress& progress) {
  read_sqlite_file(from);
  std::error_code error;
  if (fs::exists(to, error)) {
    throw std::runtime_error("The file " + to.string() + " is there already: name a new one.");
  }
  UnfinishedFile file(to);
  try {
    copy_into(from, file, progress);
  } catch (const StorageFailure& failure) {
    throw std::runtime_error("The copy " + to.string() +
                             " cannot be written, and is not there: " + failure.what());
  }
  file.finish();
}

void restore_sqlite_file(const fs::path& from, const fs::path& folder, Random& random,
                         const CopyProgress& progress) {
  read_sqlite_file(from);
  const FolderLock lock(folder);
  const fs::path place = folder / kSqliteFileName;
  std::error_code error;
  for (const char* suffix : {"", "-wal"}) {
    if (!fs::exists(place.string() + suffix, error)) continue;
    throw std::runtime_error("The folder " + folder.string() +
                             " holds data already: restore into an empty one.");
  }
  UnfinishedFile file(place);
  try {
    copy_into(from, file, progress);
    start_epoch(file.path(), random);
    // All of it must be in the file itself, which alone gets its name.
    leave_wal_mode(file.path());
    sync_file(file.path());
  } catch (const StorageFailure& failure) {
    throw std::runtime_error("The backup " + from.string() + " cannot be put into " +
                             folder.string() + ": " + failure.what());
  }
  file.finish();
}

}  // namespace tillcast::storage
