#include "storage/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/folder_lock.h"
#include "storage/sqlite/log_schema.h"
#include "storage/sqlite/sqlite_reader.h"
#include "storage/sqlite/sqlite_writer.h"

namespace tillcast::storage {
namespace {

constexpr int kWriterCacheKib = 32 * 1024;
constexpr int kReaderCacheKib = 4 * 1024;

std::int64_t number(Connection& connection, std::string_view sql,
                    std::initializer_list<Value> parameters = {}) {
  std::int64_t value = 0;
  connection.query(sql, std::span(parameters.begin(), parameters.size()),
                   [&value](const Row& row) { value = row.integer(0); });
  return value;
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const SqliteOptions& options, Random& random)
      : lock_(options.folder),
        path_((options.folder / kSqliteFileName).string()),
        vfs_(options.vfs),
        checkpoint_pages_(options.checkpoint_pages) {
    make_file();
    try {
      prepare(random);
    } catch (const StorageFailure& failure) {
      throw std::runtime_error("The database " + path_ + " cannot be opened: " + failure.what());
    }
  }

  [[nodiscard]] Engine engine() const override { return Engine::kSqlite; }

  void migrate(std::string_view component, std::span<const Migration> migrations) override {
    Connection connection(writing());
    apply(connection, component, migrations);
  }

  std::unique_ptr<Writer> open_writer() override {
    return std::make_unique<SqliteWriter>(writing(), checkpoint_pages_);
  }

  std::unique_ptr<Reader> open_reader() override {
    return std::make_unique<SqliteReader>(ConnectionOptions{
        .path = path_, .vfs = vfs_, .read_only = true, .cache_kib = kReaderCacheKib});
  }

 private:
  [[nodiscard]] ConnectionOptions writing() const {
    return {.path = path_, .vfs = vfs_, .read_only = false, .cache_kib = kWriterCacheKib};
  }

  /// Makes the file before SQLite would, for its owner alone: it holds password hashes. SQLite
  /// gives its other files the mode of this one.
  void make_file() const {
    const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) ::close(fd);
  }

  void prepare(Random& random) const {
    Connection connection(writing());
    const std::int64_t application = number(connection, "PRAGMA application_id");
    if (application != kSqliteApplicationId) {
      if (application != 0 || number(connection, "SELECT count(*) FROM sqlite_schema") > 0) {
        throw std::runtime_error(
            "The file " + path_ +
            " is a database of another program. Name another folder with --data.");
      }
      connection.run_script("PRAGMA application_id = " + std::to_string(kSqliteApplicationId));
    }
    connection.run_script(
        "CREATE TABLE IF NOT EXISTS migrations (component TEXT NOT NULL, number INTEGER NOT NULL, "
        "name TEXT NOT NULL, PRIMARY KEY (component, number)) STRICT, WITHOUT ROWID");
    apply(connection, "log", kSqliteLogMigrations);
    const std::string epoch = random_token(random, kSqliteEpochLength);
    const Value parameter = std::string_view(epoch);
    connection.execute("INSERT INTO meta (name, value) VALUES ('epoch', $1) ON CONFLICT DO NOTHING",
                       std::span(&parameter, 1));
  }

  void apply(Connection& connection, std::string_view component,
             std::span<const Migration> migrations) const {
    const std::int64_t applied =
        number(connection, "SELECT max(number) FROM migrations WHERE component = $1", {component});
    if (applied > static_cast<std::int64_t>(migrations.size())) {
      throw std::runtime_error("The database " + path_ +
                               " was written by a newer version of tillcast; use that version.");
    }
    for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(applied))) {
      apply_one(connection, component, migration);
    }
  }

  static void apply_one(Connection& connection, std::string_view component,
                        const Migration& migration) {
    connection.execute("BEGIN IMMEDIATE");
    try {
      connection.run_script(std::string(migration.sql));
      const Value row[] = {component, migration.number, migration.name};
      connection.execute("INSERT INTO migrations (component, number, name) VALUES ($1, $2, $3)",
                         row);
      connection.execute("COMMIT");
    } catch (const StorageFailure&) {
      if (connection.in_transaction()) connection.run_script("ROLLBACK");
      throw;
    }
  }

  FolderLock lock_;
  std::string path_;
  std::string vfs_;
  int checkpoint_pages_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options, Random& random) {
  return std::make_unique<SqliteDatabase>(options, random);
}

}  // namespace tillcast::storage
