// What is true of SQLite alone; the rest is in the contract tests of storage/.
#include "storage/sqlite/sqlite_database.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <filesystem>
#include <fstream>
#include <map>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/log_schema.h"
#include "storage/sqlite/sqlite_writer.h"

namespace tillcast::storage {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class SqliteDatabaseTest : public testing::Test {
 protected:
  SqliteDatabaseTest() {
    std::string pattern = (fs::temp_directory_path() / "tillcast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = pattern;
    folder_ = root_ / "data";
  }
  ~SqliteDatabaseTest() override { fs::remove_all(root_); }

  std::unique_ptr<Database> open() { return open_sqlite({.folder = folder_}, random_); }
  std::string open_error(const fs::path& folder) {
    try {
      open_sqlite({.folder = folder}, random_);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "opened";
  }
  [[nodiscard]] std::string file() const { return (folder_ / "tillcast.db").string(); }

  fs::path root_;
  fs::path folder_;
  KernelRandom random_;
};

std::string text_of(Connection& connection, std::string_view sql) {
  std::string text;
  connection.query(sql, {}, [&text](const Row& row) { text += row.text(0); });
  return text;
}

TEST_F(SqliteDatabaseTest, a_second_server_on_the_folder_gets_a_sentence_that_names_the_first) {
  const auto first = open();
  EXPECT_THAT(open_error(folder_),
              AllOf(HasSubstr("Another tillcast (process " + std::to_string(::getpid()) + ")"),
                    HasSubstr(folder_.string())));
}

TEST_F(SqliteDatabaseTest, the_folder_is_free_again_when_the_database_is_closed) {
  open();
  EXPECT_EQ(open_error(folder_), "opened");
}

TEST_F(SqliteDatabaseTest, a_folder_that_cannot_be_made_or_written_gets_a_sentence) {
  std::ofstream(root_ / "file") << "x";
  EXPECT_THAT(open_error(root_ / "file" / "data"),
              AllOf(HasSubstr("cannot be made"), HasSubstr("--data")));
  EXPECT_THAT(open_error("/proc"), AllOf(HasSubstr("cannot be written"), HasSubstr("--data")));
}

TEST_F(SqliteDatabaseTest, a_file_that_is_no_database_is_left_alone) {
  fs::create_directories(folder_);
  const std::string content(5000, 'x');
  std::ofstream(file()) << content;
  EXPECT_THAT(open_error(folder_), HasSubstr("not a database"));
  std::ifstream in(file());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), content);
}

TEST_F(SqliteDatabaseTest, a_database_of_another_program_is_left_alone) {
  fs::create_directories(folder_);
  Connection({.path = file()}).run_script("CREATE TABLE mine (a)");
  EXPECT_THAT(open_error(folder_), HasSubstr("another program"));
  Connection other({.path = file()});
  EXPECT_EQ(text_of(other, "SELECT name FROM sqlite_schema"), "mine");
}

TEST_F(SqliteDatabaseTest, a_database_with_a_log_of_a_newer_version_is_refused) {
  open();
  const std::string next = std::to_string(kSqliteLogMigrations.size() + 1);
  Connection({.path = file()})
      .run_script("INSERT INTO migrations VALUES ('log', " + next + ", 'next')");
  EXPECT_THAT(open_error(folder_), HasSubstr("newer version"));
}

TEST_F(SqliteDatabaseTest, only_the_owner_can_read_what_is_stored) {
  const auto database = open();
  const auto writer = database->open_writer();
  for (const fs::path& path : {folder_, fs::path(file()), fs::path(file() + "-wal")}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_mode & 077U, 0U) << path;
  }
}

TEST_F(SqliteDatabaseTest, every_connection_syncs_fully_and_holds_foreign_keys) {
  const auto database = open();
  for (const bool read_only : {false, true}) {
    Connection connection({.path = file(), .read_only = read_only});
    EXPECT_EQ(text_of(connection, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(text_of(connection, "PRAGMA synchronous"), "2");
    EXPECT_EQ(text_of(connection, "PRAGMA foreign_keys"), "1");
  }
}

TEST_F(SqliteDatabaseTest, every_room_is_read_by_its_own_index) {
  const auto database = open();
  Connection connection({.path = file(), .read_only = true});
  const std::map<std::string, std::string> indexes = {
      {"to_public = 1", "changes_market"},
      {"to_public = 1 AND shop_id = 'a'", "changes_shop"},
      {"to_desk = 1 AND shop_id = 'a'", "changes_desk"},
      {"to_owner = 1 AND user_id = 'a'", "changes_user"},
      {"to_admin = 1", "changes_admin"}};
  for (const auto& [condition, index] : indexes) {
    for (const char* rest :
         {" AND lsn > 5 ORDER BY lsn LIMIT 9", " AND lsn <= 5 ORDER BY lsn DESC LIMIT 1"}) {
      std::string plan;
      connection.query("EXPLAIN QUERY PLAN SELECT * FROM changes WHERE " + condition + rest, {},
                       [&plan](const Row& row) { plan += row.text(3); });
      EXPECT_THAT(plan, AllOf(HasSubstr("SEARCH"), HasSubstr(index), HasSubstr("lsn")))
          << condition << rest;
      EXPECT_THAT(plan, testing::Not(HasSubstr("TEMP B-TREE")));
    }
  }
}

constexpr int kCheckpointPages = 50;
/// A log that is copied back in time stays below this.
constexpr std::uintmax_t kWalBytesMax =
    std::uintmax_t{kCheckpointsBesideMax + 2} * kCheckpointPages * 4096U;

/// Commits `groups` groups of one large row each and rests after each; gives the size of the WAL
/// file.
std::uintmax_t wal_bytes_after(SqliteWriter& writer, const std::string& path, int groups) {
  const std::string text(100'000, 'x');
  for (int i = 0; i < groups; ++i) {
    writer.begin();
    writer.begin_command().execute(
        "INSERT INTO room_pruned (audience, room_key, lsn) VALUES (1, $1, 1) "
        "ON CONFLICT (audience, room_key) DO NOTHING",
        {text + std::to_string(i)});
    writer.keep_command();
    writer.commit();
    writer.rest();
  }
  return fs::file_size(path + "-wal");
}

TEST_F(SqliteDatabaseTest, the_log_file_is_copied_back_and_used_again_while_groups_go_on) {
  const auto database = open();
  SqliteWriter writer({.path = file()}, kCheckpointPages);
  // 300 groups of 25 pages are 30 MB of log.
  EXPECT_LT(wal_bytes_after(writer, file(), 300), kWalBytesMax);
}

TEST_F(SqliteDatabaseTest, a_long_read_delays_the_copy_and_stops_nobody) {
  const auto database = open();
  SqliteWriter writer({.path = file()}, kCheckpointPages);
  std::uintmax_t during = 0;
  database->open_reader()->snapshot([&](Queries& queries) {
    log_position(queries);
    during = wal_bytes_after(writer, file(), 200);
  });
  EXPECT_GT(during, kWalBytesMax);
  const std::uintmax_t after = wal_bytes_after(writer, file(), 300);
  EXPECT_LT(after, during + kWalBytesMax);
}

TEST_F(SqliteDatabaseTest, a_checkpoint_beside_the_writer_copies_what_is_committed) {
  const auto database = open();
  const std::string text(50'000, 'x');
  Connection writing({.path = file()});
  const auto write = [&](const std::string& key) {
    const std::vector<Value> row = {std::string_view(key)};
    writing.execute("INSERT INTO room_pruned (audience, room_key, lsn) VALUES (1, $1, 1)", row);
  };
  Checkpointer checkpointer({.path = file()});
  EXPECT_FALSE(checkpointer.last()->ran);
  write("a" + text);
  writing.execute("BEGIN IMMEDIATE");
  write("b" + text);
  EXPECT_TRUE(checkpointer.start(INT_MAX));
  const Checkpoint checkpoint = checkpointer.wait();
  EXPECT_TRUE(checkpoint.ran);
  EXPECT_GT(checkpoint.copied, 12) << "the pages of the row";
  EXPECT_EQ(checkpoint.copied, checkpoint.logged);
  EXPECT_EQ(checkpointer.last()->copied, checkpoint.copied);
  EXPECT_FALSE(checkpointer.start(checkpoint.logged)) << "the log is wholly copied";
  EXPECT_TRUE(checkpointer.last()) << "so nothing was begun";
  writing.execute("COMMIT");
  EXPECT_EQ(text_of(writing, "SELECT substr(room_key, 1, 1) FROM room_pruned ORDER BY 1"), "ab");
  EXPECT_EQ(text_of(writing, "PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteDatabaseTest, a_checkpoint_that_was_started_is_done_before_its_thread_ends) {
  const auto database = open();
  Connection writing({.path = file()});
  const std::string text(50'000, 'x');
  const std::vector<Value> row = {std::string_view(text)};
  writing.execute("INSERT INTO room_pruned (audience, room_key, lsn) VALUES (1, $1, 1)", row);
  const auto before = fs::file_size(file());
  {
    Checkpointer checkpointer({.path = file()});
    checkpointer.start(INT_MAX);
  }
  EXPECT_GT(fs::file_size(file()), before);
}

}  // namespace
}  // namespace tillcast::storage
