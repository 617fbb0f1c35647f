// What only PostgreSQL has: a server that has to be found, passwords, other processes, connections
// that go away. It runs on the cluster that ./dev test starts.
#include "storage/postgres/postgres_database.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "storage/postgres/relay_test.h"
#include "storage/test_store.h"

namespace tillcast::storage {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::array<Migration, 1> kTables = {
    {{1, "things", "CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY);"}}};

std::string failure_of(const std::string& url) {
  KernelRandom random;
  try {
    open_postgres(url, random);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

TEST(PostgresName, has_no_password) {
  EXPECT_EQ(postgres_name("postgres://me:secret@db.example:5433/shop?sslmode=require"),
            "postgres://me@db.example:5433/shop");
  EXPECT_EQ(postgres_name("postgresql://me@db.example/shop?password=secret"),
            "postgres://me@db.example/shop");
  EXPECT_EQ(postgres_name("postgres://db.example/shop"), "postgres://db.example/shop");
}

TEST(PostgresName, of_a_url_that_cannot_be_read_is_a_sentence_without_it) {
  for (const std::string url : {"postgres://me:secret@[::1/shop", "postgres://me:secret@h:p%ZZ/",
                                "postgres://h/shop?passwd=secret"}) {
    try {
      postgres_name(url);
      FAIL() << url;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("--data"), Not(HasSubstr("secret"))));
    }
  }
}

TEST(PostgresName, is_asked_for_of_urls_alone) {
  EXPECT_TRUE(is_postgres_url("postgres://h/shop"));
  EXPECT_TRUE(is_postgres_url("postgresql://h/shop"));
  EXPECT_FALSE(is_postgres_url("postgres"));
  EXPECT_FALSE(is_postgres_url("/srv/postgres://"));
}

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test_cluster_url().empty()) GTEST_SKIP() << "no TILLCAST_TEST_POSTGRES";
    store_.emplace();
    reopen();
  }
  void reopen() {
    database_ = nullptr;
    database_ = store_->open();
    database_->migrate("test", kTables);
  }

  std::string epoch() {
    std::string epoch;
    database_->open_reader()->snapshot([&](Queries& q) { epoch = log_position(q).epoch; });
    return epoch;
  }
  std::int64_t things() {
    std::int64_t count = -1;
    database_->open_reader()->snapshot([&](Queries& q) {
      q.query("SELECT count(*) FROM things", {}, [&](const Row& row) { count = row.integer(0); });
    });
    return count;
  }
  static void put(Writer& writer, std::string_view id) {
    Transaction& transaction = writer.begin_command();
    transaction.change_one("INSERT INTO things (id) VALUES ($1)", {id});
    Change change;
    change.op = Op::kCreated;
    change.kind = "thing";
    change.id = id;
    change.audience = kPublic;
    transaction.log(std::move(change));
    writer.keep_command();
  }
  std::string socket_folder() {
    return store_->run("SELECT current_setting('unix_socket_directories')");
  }

  std::optional<PostgresTestStore> store_;
  std::unique_ptr<Database> database_;
};

TEST_F(PostgresTest, a_server_that_is_not_there_is_a_sentence_with_its_name) {
  EXPECT_THAT(failure_of("postgres://me:secret@/shop?host=/nowhere"),
              AllOf(HasSubstr("postgres://me@/nowhere/shop"), HasSubstr("cannot be opened"),
                    Not(HasSubstr("secret"))));
}

TEST_F(PostgresTest, a_wrong_password_is_not_repeated_and_the_environment_s_is_taken) {
  const std::string role = "locked_" + std::to_string(::getpid());
  store_->run("CREATE ROLE " + role + " LOGIN PASSWORD 'right' IN ROLE locked");
  store_->run("GRANT ALL ON DATABASE postgres TO " + role);
  const std::string wrong = "postgres://" + role + ":wrong-one@/postgres?host=" + socket_folder();
  EXPECT_THAT(failure_of(wrong),
              AllOf(HasSubstr("password authentication failed"), Not(HasSubstr("wrong-one"))));
  ::setenv("PGPASSWORD", "right", 1);
  store_->run("CREATE SCHEMA of_" + role + " AUTHORIZATION " + role);
  EXPECT_EQ(failure_of("postgres://" + role + "@/postgres?host=" + socket_folder() +
                       "&options=-csearch_path%3Dof_" + role),
            "");
  ::unsetenv("PGPASSWORD");
  store_->run("DROP OWNED BY " + role + " CASCADE");
  store_->run("DROP ROLE " + role);
}

TEST_F(PostgresTest, a_database_of_another_encoding_is_refused) {
  const std::string name = "latin_" + std::to_string(::getpid());
  store_->run("CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  EXPECT_THAT(failure_of("postgres://tillcast@/" + name + "?host=" + socket_folder()),
              HasSubstr("UTF8"));
  store_->run("DROP DATABASE " + name);
}

TEST_F(PostgresTest, a_search_path_without_a_schema_is_refused) {
  EXPECT_THAT(failure_of(test_cluster_url() + "&options=-csearch_path%3Dnowhere"),
              HasSubstr("search_path"));
}

TEST_F(PostgresTest, an_epoch_stays_while_the_log_is_the_same_and_not_longer) {
  const std::string before = epoch();
  reopen();
  EXPECT_EQ(epoch(), before);
  store_->run("UPDATE meta SET value = 'another timeline' WHERE name = 'made by'");
  reopen();
  EXPECT_NE(epoch(), before);
}

TEST_F(PostgresTest, a_log_that_became_another_one_is_not_written_to) {
  const auto writer = database_->open_writer();
  writer->begin();
  put(*writer, "a");
  writer->commit();
  store_->run("UPDATE meta SET value = 'another' WHERE name = 'epoch'");
  EXPECT_THROW(writer->begin(), StorageFailure);
  writer->roll_back();
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresTest, a_commit_waits_for_the_disk_whatever_the_setting_is) {
  KernelRandom random;
  const auto careless = open_postgres(store_->url() + "%20-csynchronous_commit%3Doff", random);
  const auto writer = careless->open_writer();
  writer->begin();
  std::string setting;
  writer->begin_command().query("SELECT current_setting('synchronous_commit')", {},
                                [&](const Row& row) { setting = row.text(0); });
  EXPECT_EQ(setting, "on");
}

TEST_F(PostgresTest, connections_that_were_lost_while_idle_are_made_again_without_a_word) {
  const auto writer = database_->open_writer();
  const auto reader = database_->open_reader();
  const auto read = [&] { reader->snapshot([](Queries& q) { log_position(q); }); };
  read();
  store_->end_connections();
  read();
  writer->begin();
  put(*writer, "a");
  writer->commit();
  EXPECT_EQ(things(), 1);
}

TEST_F(PostgresTest, a_connection_that_is_lost_in_a_group_stores_nothing_of_it) {
  const auto writer = database_->open_writer();
  writer->begin();
  put(*writer, "a");
  writer->begin_command().query("SELECT 1", {}, [](const Row&) {});
  store_->end_connections();
  EXPECT_THROW(put(*writer, "b"); writer->commit(), ConnectionLost);
  writer->roll_back();
  EXPECT_EQ(things(), 0);
  writer->begin();
  put(*writer, "c");
  EXPECT_EQ(writer->commit()->first, Lsn{1});
}

TEST_F(PostgresTest, a_connection_that_is_lost_in_a_snapshot_ends_it) {
  const auto reader = database_->open_reader();
  EXPECT_THROW(reader->snapshot([&](Queries& q) {
    log_position(q);
    store_->end_connections();
    log_position(q);
  }),
               ConnectionLost);
  reader->snapshot([](Queries& q) { EXPECT_EQ(log_position(q).lsn, Lsn{0}); });
}

TEST_F(PostgresTest, a_commit_whose_answer_is_lost_is_found_out_about) {
  Relay relay(socket_folder() + "/.s.PGSQL.5432");
  std::string url = store_->url();
  url.replace(url.find(socket_folder()), socket_folder().size(), relay.folder());
  KernelRandom random;
  const auto relayed = open_postgres(url, random);
  const auto writer = relayed->open_writer();

  writer->begin();
  put(*writer, "stored");
  // What was posted goes before COMMIT.
  relay.cut(Relay::Cut::kAfterNextRequest, 1);
  EXPECT_EQ(writer->commit()->last, Lsn{1});
  EXPECT_EQ(things(), 1);

  for (const int passing : {0, 1}) {
    writer->begin();
    put(*writer, "not stored");
    relay.cut(Relay::Cut::kBeforeNextRequest, passing);
    EXPECT_THROW(writer->commit(), ConnectionLost);
    writer->roll_back();
    EXPECT_EQ(things(), 1);
  }

  writer->begin();
  put(*writer, "afterwards");
  EXPECT_EQ(writer->commit()->first, Lsn{2});
  EXPECT_EQ(things(), 2);
}

TEST_F(PostgresTest, log_order_is_commit_order_for_writers_of_several_processes) {
  constexpr int kWriters = 8;
  constexpr int kGroups = 40;
  // Each has a Database of its own, as a process of its own has.
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([this, w] {
      KernelRandom random;
      const auto own = open_postgres(store_->url(), random);
      const auto writer = own->open_writer();
      for (int group = 0; group < kGroups; ++group) {
        writer->begin();
        put(*writer, std::to_string(w) + "-" + std::to_string(group));
        put(*writer, std::to_string(w) + "+" + std::to_string(group));
        writer->commit();
      }
    });
  }
  // Who reads on from the last lsn it saw must never find one later that it has stepped over.
  const auto reader = database_->open_reader();
  Lsn seen;
  while (seen < Lsn{kWriters * kGroups * 2}) {
    reader->snapshot([&](Queries& queries) {
      const CommittedBatch batch = read_transactions(queries, seen, 1'000'000);
      for (const auto& transaction : batch.transactions) {
        for (const Change& change : transaction.changes) {
          ASSERT_EQ(change.lsn.get(), seen.get() + 1);
          seen = change.lsn;
        }
      }
    });
    if (HasFailure()) break;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(things(), kWriters * kGroups * 2);
}

TEST_F(PostgresTest, a_process_counts_as_alive_while_its_writer_is_connected) {
  KernelRandom random;
  const auto other = open_postgres(store_->url(), random);
  const std::int64_t own = database_->process_number();
  const std::int64_t others_number = other->process_number();
  // Tests that run at the same time have processes of their own in the cluster.
  const auto alive = [&] {
    std::vector<std::int64_t> numbers;
    database_->open_reader()->snapshot([&](Queries& queries) {
      queries.query("SELECT number FROM living_processes WHERE number IN ($1, $2) ORDER BY number",
                    {own, others_number},
                    [&](const Row& row) { numbers.push_back(row.integer(0)); });
    });
    return numbers;
  };
  // PostgreSQL ends a session a little after its connection was closed.
  const auto becomes = [&](const std::vector<std::int64_t>& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (alive() != wanted && std::chrono::steady_clock::now() < end) continue;
    return alive() == wanted;
  };
  EXPECT_TRUE(becomes({}));
  auto writer = database_->open_writer();
  auto others = other->open_writer();
  EXPECT_TRUE(becomes({std::min(own, others_number), std::max(own, others_number)}));
  others.reset();
  EXPECT_TRUE(becomes({own}));
  // A connection that was lost is made again, and so is this.
  store_->end_connections();
  writer->begin();
  writer->commit();
  EXPECT_TRUE(becomes({own}));
}

TEST_F(PostgresTest, a_watch_learns_of_the_commits_of_others_also_after_a_lost_connection) {
  std::promise<void> first;
  std::promise<void> second;
  std::vector<std::string> reports;
  std::uint64_t told = 0;
  const auto watch = database_->watch_head(
      [&](Lsn head) {
        if (told < 1 && head >= Lsn{1}) first.set_value();
        if (told < 2 && head >= Lsn{2}) second.set_value();
        told = std::max(told, head.get());
      },
      [&](std::string_view failure) { reports.emplace_back(failure); });
  KernelRandom random;
  const auto other = open_postgres(store_->url(), random);
  const auto writer = other->open_writer();
  writer->begin();
  put(*writer, "a");
  writer->commit();
  first.get_future().wait();
  store_->end_connections();
  writer->begin();
  put(*writer, "b");
  writer->commit();
  second.get_future().wait();
}

}  // namespace
}  // namespace tillcast::storage
