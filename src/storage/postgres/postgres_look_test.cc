// What reads a database beside its servers, on the cluster that ./dev test starts.
#include "storage/postgres/postgres_look.h"

#include <gmock/gmock.h>

#include "storage/test_store.h"

namespace tillcast::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string failure_of(const std::string& url) {
  try {
    read_postgres(url);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

class PostgresLook : public testing::Test {
 protected:
  void SetUp() override {
    if (test_cluster_url().empty()) GTEST_SKIP() << "TILLCAST_TEST_POSTGRES is not set";
    store_.emplace();
  }
  std::optional<PostgresTestStore> store_;
};

TEST_F(PostgresLook, makes_nothing_in_an_empty_database) {
  EXPECT_THAT(failure_of(store_->url()),
              AllOf(HasSubstr("there are no data of tillcast in it"), Not(HasSubstr("&"))));
  EXPECT_EQ(store_->run("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"), "0");
}

TEST_F(PostgresLook, refuses_a_log_of_another_version_and_a_server_that_is_not_there) {
  store_->open();
  store_->run("INSERT INTO migrations (component, number, name) VALUES ('log', 99, 'new')");
  EXPECT_THAT(failure_of(store_->url()), HasSubstr("newer version"));
  store_->run("DELETE FROM migrations WHERE component = 'log'");
  EXPECT_THAT(failure_of(store_->url()), HasSubstr("older version"));
  EXPECT_THAT(failure_of("postgres://me:secret@localhost/x?host=/nowhere"),
              AllOf(HasSubstr("cannot be read"), Not(HasSubstr("secret"))));
}

TEST_F(PostgresLook, gives_every_row_once_whatever_their_number_also_while_a_sink_asks) {
  const auto database = store_->open();
  const auto reader = read_postgres(store_->url());
  for (const std::int64_t rows : {0, 1, 999, 1'000, 1'001, 2'500}) {
    std::int64_t sum = 0;
    std::int64_t inner = 0;
    reader->snapshot([&](Queries& queries) {
      queries.query("SELECT generate_series(1, $1::bigint)", {rows}, [&](const Row& row) {
        sum += row.integer(0);
        if (row.integer(0) % 500 != 1) return;
        queries.query("SELECT value FROM meta WHERE name = $1", {"epoch"},
                      [&](const Row&) { ++inner; });
      });
    });
    EXPECT_EQ(sum, rows * (rows + 1) / 2) << rows;
    EXPECT_EQ(inner, (rows + 499) / 500) << rows;
  }
}

TEST_F(PostgresLook, sees_one_state_a_snapshot_and_writes_nothing) {
  const auto database = store_->open();
  const auto reader = read_postgres(store_->url());
  const auto epoch = [](Queries& queries) {
    std::string text;
    queries.query("SELECT value FROM meta WHERE name = 'epoch'", {},
                  [&](const Row& row) { text = row.text(0); });
    return text;
  };
  reader->snapshot([&](Queries& queries) {
    const std::string before = epoch(queries);
    store_->run("UPDATE meta SET value = 'other' WHERE name = 'epoch'");
    EXPECT_EQ(epoch(queries), before);
  });
  reader->snapshot([&](Queries& queries) { EXPECT_EQ(epoch(queries), "other"); });
  EXPECT_THROW(reader->snapshot([](Queries& queries) {
    queries.query("DELETE FROM meta RETURNING name", {}, [](const Row&) {});
  }),
               StorageFailure);
  reader->snapshot([&](Queries& queries) { EXPECT_EQ(epoch(queries), "other"); });
}

}  // namespace
}  // namespace tillcast::storage
