#include "app/keeping.h"

#include <csignal>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "app/progress.h"
#include "app/store.h"
#include "base/clock.h"
#include "base/random.h"
#include "commerce/time_text.h"
#include "commerce/verify.h"
#include "storage/postgres/postgres_database.h"
#include "storage/sqlite/sqlite_files.h"

namespace tillcast::app {

namespace {

namespace fs = std::filesystem;

/// Prints findings and counts them.
class FindingList {
 public:
  void add(const commerce::Finding& finding) {
    ++count_;
    std::cout << finding.check << ": " << finding.where << ": " << finding.detail << '\n';
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

void verify_all(storage::Queries& queries, FindingList& list) {
  Progress progress("Verifying");
  if (queries.engine() == storage::Engine::kSqlite) {
    for (const std::string& fault : storage::check_sqlite_pages(queries)) {
      list.add({"pages", "the database", fault});
    }
  }
  commerce::verify(
      queries, [&](const commerce::Finding& finding) { list.add(finding); },
      [&](std::string_view, std::size_t number, std::size_t total) {
        progress.show(static_cast<std::int64_t>(number), static_cast<std::int64_t>(total) + 1);
      });
}

}  // namespace

void verify_store(const VerifyOptions& options) {
  const std::string name = options.from.empty() ? data_name(options.data) : options.from;
  const auto reader =
      options.from.empty() ? look_at(options.data) : storage::read_sqlite_file(options.from);
  FindingList list;
  try {
    reader->snapshot([&](storage::Queries& queries) { verify_all(queries, list); });
  } catch (const storage::StorageFailure& failure) {
    // What cannot be read cannot be checked any further.
    list.add({"pages", "the database", std::string("It cannot be read: ") + failure.what()});
  }
  std::cout.flush();
  if (list.count() == 0) {
    std::cout << name << " is sound.\n";
    return;
  }
  throw std::runtime_error(name + " is not sound; findings: " + std::to_string(list.count()) + ".");
}

void back_up(const BackupOptions& options) {
  // A file that may not grow is an error that is told, and no half of a copy is left.
  std::signal(SIGXFSZ, SIG_IGN);
  {
    Progress progress("Copying");
    storage::copy_sqlite_file(
        storage::sqlite_file_in(options.data), options.to,
        [&](std::int64_t done, std::int64_t total) { progress.show(done, total); });
  }
  std::cout << "The backup is " << options.to << ", " << fs::file_size(options.to) << " bytes.\n";
}

Outcome<std::string> back_up_beside(const std::string& data) {
  if (storage::is_postgres_url(data)) {
    return Problem{501,
                   "backup_by_database",
                   "The data are in PostgreSQL: copy them by pg_dump on the server's side.",
                   {},
                   {}};
  }
  const SystemClock clock;
  std::string name = commerce::rfc3339(clock.unix_ms());
  std::erase_if(name, [](char c) { return c == ':' || c == '.'; });
  name = "backups/" + name + ".backup";
  try {
    const fs::path folder = fs::path(data) / "backups";
    if (fs::create_directories(folder)) fs::permissions(folder, fs::perms::owner_all);
    storage::copy_sqlite_file(storage::sqlite_file_in(data), fs::path(data) / name);
    return name;
  } catch (const std::runtime_error& error) {
    return Problem{503, "backup_failed", error.what(), {}, {}};
  }
}

void restore(const RestoreOptions& options) {
  {
    KernelRandom random;
    Progress progress("Copying");
    storage::restore_sqlite_file(
        options.from, options.data, random,
        [&](std::int64_t done, std::int64_t total) { progress.show(done, total); });
  }
  std::cout << "The backup is restored. To serve it: tillcast serve --data " << options.data
            << "\n";
}

}  // namespace tillcast::app
