#include "storage/sqlite/sqlite_files.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/sqlite_database.h"

namespace tillcast::storage {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class SqliteFiles : public testing::Test {
 protected:
  SqliteFiles() {
    std::string pattern = (fs::temp_directory_path() / "tillcast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = pattern;
    database_ = open_sqlite({.folder = root_ / "data"}, random_);
    writer_ = database_->open_writer();
  }
  ~SqliteFiles() override {
    writer_.reset();
    database_.reset();
    fs::remove_all(root_);
  }

  /// One group of `count` pairs of rows that belong together.
  void write_pairs(int first, int count) {
    writer_->begin();
    Transaction& transaction = writer_->begin_command();
    for (int i = first; i < first + count; ++i) {
      for (const std::int64_t audience : {1, 2}) {
        transaction.execute("INSERT INTO room_pruned (audience, room_key, lsn) VALUES ($1, $2, 0)",
                            {audience, std::to_string(i) + std::string(2'000, 'x')});
      }
    }
    writer_->keep_command();
    writer_->commit();
  }

  [[nodiscard]] fs::path file() const { return root_ / "data" / "tillcast.db"; }
  [[nodiscard]] fs::path copy() const { return root_ / "copy"; }

  static std::int64_t number(const fs::path& file, std::string_view sql) {
    std::int64_t value = -1;
    read_sqlite_file(file)->snapshot([&](Queries& queries) {
      queries.query(sql, {}, [&](const Row& row) { value = row.integer(0); });
    });
    return value;
  }
  static std::string epoch(const fs::path& file) {
    std::string epoch;
    read_sqlite_file(file)->snapshot(
        [&](Queries& queries) { epoch = log_position(queries).epoch; });
    return epoch;
  }
  static std::string error_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no error";
  }
  [[nodiscard]] std::vector<std::string> names_in(const fs::path& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  fs::path root_;
  KernelRandom random_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(SqliteFiles, a_copy_made_while_others_write_is_a_state_that_existed) {
  write_pairs(0, 2'000);
  std::atomic<bool> copied = false;
  std::atomic<int> written = 2'000;
  // Writes from within the copy's own steps, so that it certainly happens in its middle.
  copy_sqlite_file(file(), copy(), [&](std::int64_t done, std::int64_t total) {
    ASSERT_LE(done, total);
    for (int i = 0; i < 10; ++i) write_pairs(written++, 1);
    copied = done == total;
  });
  EXPECT_TRUE(copied);
  EXPECT_GE(written, 2'020) << "the copy had only one step";
  const std::int64_t pairs = number(copy(), "SELECT count(*) FROM room_pruned WHERE audience = 1");
  EXPECT_EQ(pairs, 2'000) << "what was written after the copy began is not in it";
  EXPECT_EQ(number(copy(), "SELECT count(*) FROM room_pruned WHERE audience = 2"), pairs);
  read_sqlite_file(copy())->snapshot(
      [](Queries& queries) { EXPECT_THAT(check_sqlite_pages(queries), IsEmpty()); });
  EXPECT_EQ(number(file(), "SELECT count(*) FROM room_pruned"), 2 * written);
}

TEST_F(SqliteFiles, a_copy_is_one_file_that_only_its_owner_reads_and_that_reading_leaves_alone) {
  write_pairs(1, 1);
  copy_sqlite_file(file(), copy());
  struct stat status {};
  ASSERT_EQ(::stat(copy().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 077U, 0U);
  std::ifstream before(copy(), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(before), {});
  EXPECT_EQ(number(copy(), "SELECT count(*) FROM room_pruned"), 2);
  std::ifstream after(copy(), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(after), {}), bytes);
  EXPECT_THAT(names_in(root_), testing::UnorderedElementsAre("data", "copy"));
}

TEST_F(SqliteFiles, a_copy_takes_no_other_files_place_and_leaves_nothing_if_it_fails) {
  std::ofstream(copy()) << "mine";
  EXPECT_THAT(error_of([&] { copy_sqlite_file(file(), copy()); }), HasSubstr("there already"));
  EXPECT_EQ(fs::file_size(copy()), 4U);
  EXPECT_THAT(error_of([&] { copy_sqlite_file(file(), root_ / "no" / "copy"); }),
              HasSubstr("cannot be made"));
  EXPECT_THAT(error_of([&] { copy_sqlite_file(root_ / "none", copy()); }),
              HasSubstr("There is no file"));
  EXPECT_THAT(error_of([&] { read_sqlite_file(copy()); }), HasSubstr("not a database"));
  Connection({.path = (root_ / "other").string()}).run_script("CREATE TABLE mine (a)");
  EXPECT_THAT(error_of([&] { read_sqlite_file(root_ / "other"); }),
              HasSubstr("no database of tillcast"));
}

TEST_F(SqliteFiles, a_restored_store_holds_the_copy_under_a_new_epoch) {
  write_pairs(1, 1);
  copy_sqlite_file(file(), copy());
  restore_sqlite_file(copy(), root_ / "again", random_);
  EXPECT_THAT(names_in(root_ / "again"),
              testing::UnorderedElementsAre("tillcast.db", "tillcast.lock"));
  EXPECT_EQ(epoch(copy()), epoch(file()));
  EXPECT_NE(epoch(root_ / "again" / "tillcast.db"), epoch(file()));
  const auto opened = open_sqlite({.folder = root_ / "again"}, random_);
  opened->open_reader()->snapshot([](Queries& queries) {
    std::int64_t rows = 0;
    queries.query("SELECT count(*) FROM room_pruned", {},
                  [&](const Row& row) { rows = row.integer(0); });
    EXPECT_EQ(rows, 2);
  });
}

TEST_F(SqliteFiles, nothing_is_restored_over_data_or_from_what_is_no_backup) {
  copy_sqlite_file(file(), copy());
  EXPECT_THAT(error_of([&] { restore_sqlite_file(copy(), root_ / "data", random_); }),
              HasSubstr("Another tillcast"));
  writer_.reset();
  database_.reset();
  EXPECT_THAT(error_of([&] { restore_sqlite_file(copy(), root_ / "data", random_); }),
              HasSubstr("holds data already"));
  fs::resize_file(copy(), 4'096);
  EXPECT_NE(error_of([&] { restore_sqlite_file(copy(), root_ / "new", random_); }), "no error");
  EXPECT_FALSE(fs::exists(root_ / "new" / "tillcast.db"));
}

TEST_F(SqliteFiles, the_page_check_finds_a_damaged_page) {
  write_pairs(0, 200);
  copy_sqlite_file(file(), copy());
  {
    std::fstream bytes(copy(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(copy()) / 2 / 4'096 * 4'096));
    bytes << std::string(4'096, '\x55');
  }
  read_sqlite_file(copy())->snapshot(
      [](Queries& queries) { EXPECT_THAT(check_sqlite_pages(queries), testing::Not(IsEmpty())); });
}

}  // namespace
}  // namespace tillcast::storage
