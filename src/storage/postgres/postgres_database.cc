#include "storage/postgres/postgres_database.h"

#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include "storage/postgres/head_watch.h"
#include "storage/postgres/link.h"
#include "storage/postgres/log_schema.h"
#include "storage/postgres/postgres_reader.h"
#include "storage/postgres/postgres_writer.h"

namespace tillcast::storage {
namespace {

constexpr std::size_t kEpochLength = 12;

std::string text_of(PostgresConnection& connection, std::string_view sql,
                    std::initializer_list<Value> parameters = {}) {
  std::string text;
  connection.query(sql, std::span(parameters.begin(), parameters.size()),
                   [&text](const Row& row) { text = row.text(0); });
  return text;
}

void set_meta(PostgresConnection& connection, std::string_view name, std::string_view value) {
  const std::array<Value, 2> row = {name, value};
  connection.post(
      "INSERT INTO meta (name, value) VALUES ($1, $2) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      row, PostgresConnection::Demand::kRows);
}

/// Runs `step` in one transaction that no group and no other process's start is beside.
template <class Step>
void locked(PostgresConnection& connection, const Step& step) {
  connection.post("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  connection.post(kLockLog);
  connection.wait();
  try {
    step();
    connection.post("COMMIT", {}, PostgresConnection::Demand::kCommitted);
    connection.wait();
  } catch (...) {
    connection.abandon();
    throw;
  }
}

/// From so many that no two processes get the same one.
std::int64_t some_process_number(Random& random) {
  return 1 + static_cast<std::int64_t>(random.u64() % std::numeric_limits<std::int32_t>::max());
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const std::string& url, Random& random) : name_(postgres_name(url)) {
    home_.server.url = url;
    home_.process = some_process_number(random);
    try {
      prepare(random);
    } catch (const StorageFailure& failure) {
      fail(failure.what());
    }
  }

  [[nodiscard]] Engine engine() const override { return Engine::kPostgres; }
  [[nodiscard]] std::int64_t process_number() const override { return home_.process; }

  void migrate(std::string_view component, std::span<const Migration> migrations) override {
    PostgresConnection connection(home_.server);
    apply(connection, component, migrations);
  }

  std::unique_ptr<Writer> open_writer() override {
    return std::make_unique<PostgresWriter>(home_, writer_pid_);
  }

  std::unique_ptr<Reader> open_reader() override { return std::make_unique<PostgresReader>(home_); }

  std::unique_ptr<HeadWatch> watch_head(HeadSink moved, FailureReport report) override {
    return std::make_unique<PostgresHeadWatch>(home_, writer_pid_, std::move(moved),
                                               std::move(report));
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error("The database " + name_ + " cannot be opened: " + why);
  }

  void prepare(Random& random) {
    PostgresConnection connection(home_.server);
    if (text_of(connection, "SELECT current_schema()").empty()) {
      fail("its search_path names no schema that is there");
    }
    locked(connection, [&] {
      connection.post(
          "CREATE TABLE IF NOT EXISTS migrations (component TEXT COLLATE \"C\" NOT NULL, "
          "number BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (component, number))");
    });
    apply(connection, "log", kPostgresLogMigrations);
    locked(connection, [&] { settle_epoch(connection, random); });
    home_.channel = text_of(connection, "SELECT 'tillcast_' || hashtext(current_schema())::text");
  }

  void settle_epoch(PostgresConnection& connection, Random& random) {
    home_.identity = read_identity(connection);
    home_.epoch = text_of(connection, "SELECT value FROM meta WHERE name = 'epoch'");
    const std::string made_by =
        text_of(connection, "SELECT value FROM meta WHERE name = 'made by'");
    if (!home_.epoch.empty() && made_by == home_.identity) return;
    home_.epoch = random_token(random, kEpochLength);
    set_meta(connection, "epoch", home_.epoch);
    set_meta(connection, "made by", home_.identity);
  }

  void apply(PostgresConnection& connection, std::string_view component,
             std::span<const Migration> migrations) const {
    while (apply_next(connection, component, migrations)) {
    }
  }

  /// False if there is none. Another process may apply the same ones at the same time.
  bool apply_next(PostgresConnection& connection, std::string_view component,
                  std::span<const Migration> migrations) const {
    bool any = false;
    locked(connection, [&] {
      const std::size_t applied = std::stoul(text_of(
          connection, "SELECT coalesce(max(number), 0) FROM migrations WHERE component = $1",
          {component}));
      if (applied > migrations.size()) {
        throw std::runtime_error("The database " + name_ +
                                 " was written by a newer version of tillcast; use that version.");
      }
      any = applied < migrations.size();
      if (any) apply_one(connection, component, migrations[applied]);
    });
    return any;
  }

  static void apply_one(PostgresConnection& connection, std::string_view component,
                        const Migration& migration) {
    connection.run_script(std::string(migration.sql));
    const std::array<Value, 3> row = {component, std::int64_t{migration.number}, migration.name};
    connection.post("INSERT INTO migrations (component, number, name) VALUES ($1, $2, $3)", row,
                    PostgresConnection::Demand::kRows);
  }

  std::string name_;
  PostgresHome home_;
  WriterPid writer_pid_ = 0;
};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

bool is_postgres_url(std::string_view data) {
  return data.starts_with("postgres://") || data.starts_with("postgresql://");
}

std::string postgres_name(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(url.c_str(), nullptr));
  // libpq's own message would repeat the URL with its password.
  if (options == nullptr) {
    throw std::runtime_error(
        "The URL of --data cannot be read: say postgres://USER@HOST:PORT/DATABASE, with %XX for "
        "characters that stand for something else in a URL.");
  }
  std::string user;
  std::string host;
  std::string port;
  std::string database;
  for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
    const std::string_view keyword = each->keyword;
    const std::string value = each->val == nullptr ? "" : each->val;
    if (keyword == "user") user = value;
    if (keyword == "host") host = value;
    if (keyword == "port") port = value;
    if (keyword == "dbname") database = value;
  }
  return "postgres://" + (user.empty() ? "" : user + "@") + host +
         (port.empty() ? "" : ":" + port) + "/" + database;
}

std::unique_ptr<Database> open_postgres(const std::string& url, Random& random) {
  return std::make_unique<PostgresDatabase>(url, random);
}

}  // namespace tillcast::storage
