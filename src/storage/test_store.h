// Test support: empty stores of every engine that a test can run on. What is in one is gone with
// it.
#pragma once

#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "storage/database.h"
#include "storage/postgres/postgres_database.h"
#include "storage/sqlite/sqlite_database.h"

namespace tillcast::storage {

class TestStore {
 public:
  virtual ~TestStore() = default;
  /// Opens the store; for SQLite, again only after the last Database of it was destroyed.
  virtual std::unique_ptr<Database> open() = 0;

 protected:
  KernelRandom random_;
};

/// In memory where there is such a place, because what reaches the disk is not what these tests are
/// about.
class SqliteTestStore final : public TestStore {
 public:
  SqliteTestStore() {
    const std::filesystem::path memory = "/dev/shm";
    const bool has_memory = ::access(memory.c_str(), W_OK) == 0;
    const auto parent = has_memory ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "tillcast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = pattern;
  }
  ~SqliteTestStore() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::unique_ptr<Database> open() override { return open_sqlite({.folder = folder_}, random_); }

 private:
  std::filesystem::path folder_;
};

/// The URL of the cluster that `./dev test` started; empty for a test program that is run by hand
/// without one.
inline std::string test_cluster_url() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread changes the environment.
  const char* const url = ::getenv("TILLCAST_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

/// A schema of its own in the test cluster.
class PostgresTestStore final : public TestStore {
 public:
  PostgresTestStore() {
    static int made = 0;
    name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    run("CREATE SCHEMA " + name_);
  }
  ~PostgresTestStore() override { run("DROP SCHEMA " + name_ + " CASCADE"); }

  [[nodiscard]] std::string url() const {
    return test_cluster_url() + "&application_name=" + name_ + "&options=-csearch_path%3D" + name_;
  }
  std::unique_ptr<Database> open() override { return open_postgres(url(), random_); }

  /// Ends every connection to the store, as a server does that is shut down.
  void end_connections() const {
    run("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE "
        "application_name = '" +
        name_ + "' AND pid <> pg_backend_pid()");
  }

  /// Runs `sql` on a connection of its own, in the store's schema, and gives the first value of the
  /// answer.
  std::string run(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url().c_str()),
                                                                  &PQfinish);
    PQsetNoticeReceiver(
        connection.get(), [](void*, const PGresult*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    }
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  std::string name_;
};

/// The store of tests that run on one engine at a time: PostgreSQL if the variable
/// TILLCAST_TEST_ENGINE says so.
inline std::unique_ptr<TestStore> make_test_store() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread changes the environment.
  const char* const engine = ::getenv("TILLCAST_TEST_ENGINE");
  if (engine != nullptr && std::string_view(engine) == "postgres") {
    return std::make_unique<PostgresTestStore>();
  }
  return std::make_unique<SqliteTestStore>();
}

}  // namespace tillcast::storage
