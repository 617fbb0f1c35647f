#include "storage/sqlite/gathering_vfs.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/sqlite/connection.h"

namespace tillcast::storage {
namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "tillcast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A VFS whose logs take nothing any more once `full` is set, as a full disk.
struct FullDisk {
  FullDisk() {
    vfs = *sqlite3_vfs_find(nullptr);
    vfs.zName = "full-disk";
    vfs.xOpen = [](sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* out) {
      sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
      const int code = real->xOpen(real, path, file, flags, out);
      if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0) return code;
      methods = *file->pMethods;
      real_write = methods.xWrite;
      methods.xWrite = [](sqlite3_file* of, const void* data, int size, sqlite3_int64 at) {
        return full ? SQLITE_FULL : real_write(of, data, size, at);
      };
      file->pMethods = &methods;
      return code;
    };
    sqlite3_vfs_register(&vfs, 0);
  }
  ~FullDisk() {
    sqlite3_vfs_unregister(&vfs);
    full = false;
  }

  sqlite3_vfs vfs;
  static inline bool full = false;
  static inline sqlite3_io_methods methods;
  static inline int (*real_write)(sqlite3_file*, const void*, int, sqlite3_int64);
};

/// The write-ahead log of a database, opened as SQLite does.
class GatheringVfsTest : public testing::Test {
 protected:
  explicit GatheringVfsTest(const std::string& base = "") : vfs_(base) {
    const std::ofstream database(folder_.path() / "a.db");
    sqlite3_vfs* const vfs = sqlite3_vfs_find(vfs_.name().c_str());
    memory_.resize(static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
    constexpr int kFlags = SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    EXPECT_EQ(vfs->xOpen(vfs, path_.c_str(), log(), kFlags, nullptr), SQLITE_OK);
  }
  ~GatheringVfsTest() override {
    if (log()->pMethods != nullptr) log()->pMethods->xClose(log());
  }

  sqlite3_file* log() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  int write(const std::string& text, sqlite3_int64 at) {
    return log()->pMethods->xWrite(log(), text.data(), static_cast<int>(text.size()), at);
  }
  int sync() { return log()->pMethods->xSync(log(), SQLITE_SYNC_NORMAL); }
  /// What others see in the file.
  std::string in_file() {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  // SQLite wants a second zero byte behind the name, where a URI's parameters would be.
  std::string path_ = (folder_.path() / "a.db-wal").string() + std::string(2, '\0');
  GatheringVfs vfs_;
  std::vector<std::max_align_t> memory_;
};

TEST_F(GatheringVfsTest, writes_that_follow_each_other_wait_for_the_sync) {
  EXPECT_EQ(write("head", 0), SQLITE_OK);
  EXPECT_EQ(write("frame", 4), SQLITE_OK);
  EXPECT_EQ(in_file(), "");
  EXPECT_EQ(sync(), SQLITE_OK);
  EXPECT_EQ(in_file(), "headframe");
}

TEST_F(GatheringVfsTest, a_write_elsewhere_comes_behind_what_was_gathered) {
  write("aaaa", 0);
  write("bb", 1);
  EXPECT_EQ(in_file(), "aaaa");
  sync();
  EXPECT_EQ(in_file(), "abba");
}

TEST_F(GatheringVfsTest, whoever_asks_the_log_finds_what_was_gathered) {
  write("abcdef", 0);
  std::string read(3, '\0');
  EXPECT_EQ(log()->pMethods->xRead(log(), read.data(), 3, 2), SQLITE_OK);
  EXPECT_EQ(read, "cde");
  write("ghi", 6);
  sqlite3_int64 size = 0;
  EXPECT_EQ(log()->pMethods->xFileSize(log(), &size), SQLITE_OK);
  EXPECT_EQ(size, 9);
  write("jkl", 9);
  EXPECT_EQ(log()->pMethods->xTruncate(log(), 10), SQLITE_OK);
  EXPECT_EQ(in_file(), "abcdefghij");
  write("xyz", 10);
  EXPECT_EQ(log()->pMethods->xClose(log()), SQLITE_OK);
  log()->pMethods = nullptr;
  EXPECT_EQ(in_file(), "abcdefghijxyz");
}

TEST_F(GatheringVfsTest, pieces_of_any_size_make_the_same_file) {
  const std::size_t size = 3 * kGatheredBytesMax + 17;
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>('a' + i * i % 26);
  for (const std::size_t piece : {std::size_t{4096}, std::size_t{24}, kGatheredBytesMax - 1,
                                  kGatheredBytesMax, kGatheredBytesMax + 1}) {
    for (std::size_t at = 0; at < size; at += piece) {
      ASSERT_EQ(write(content.substr(at, piece), static_cast<sqlite3_int64>(at)), SQLITE_OK);
    }
    ASSERT_EQ(sync(), SQLITE_OK);
    ASSERT_EQ(in_file(), content) << piece;
    ASSERT_EQ(log()->pMethods->xTruncate(log(), 0), SQLITE_OK);
  }
}

// The disk is registered before the VFS that looks for it.
class GatheringVfsOnAFullDiskTest : protected FullDisk, public GatheringVfsTest {
 protected:
  GatheringVfsOnAFullDiskTest() : GatheringVfsTest("full-disk") {}
};

TEST_F(GatheringVfsOnAFullDiskTest, says_so_when_the_log_is_synced) {
  full = true;
  EXPECT_EQ(write("frame", 0), SQLITE_OK);
  EXPECT_EQ(sync(), SQLITE_FULL);
  full = false;
  EXPECT_EQ(sync(), SQLITE_OK);
  EXPECT_EQ(in_file(), "") << "what failed is not tried again behind the caller's back";
}

TEST(GatheringVfs,
     a_transaction_larger_than_the_cache_reads_its_own_rows_and_others_see_them_whole) {
  constexpr std::int64_t kRows = 2'000;
  const TemporaryFolder folder;
  const GatheringVfs vfs("");
  const std::string path = (folder.path() / "a.db").string();
  Connection writer({.path = path, .vfs = vfs.name(), .cache_kib = 64});
  writer.run_script("CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT) STRICT");
  Connection reader({.path = path, .read_only = true});
  const auto count = [](Connection& connection) {
    std::int64_t rows = -1;
    connection.query("SELECT count(*), sum(length(text)) FROM things", {},
                     [&](const Row& row) { rows = row.integer(0) * 1000 + row.integer(1) % 1000; });
    return rows;
  };
  writer.execute("BEGIN IMMEDIATE");
  const std::string text(500, 'x');
  for (std::int64_t id = 1; id <= kRows; ++id) {
    const std::vector<Value> row = {id, std::string_view(text)};
    writer.execute("INSERT INTO things (id, text) VALUES ($1, $2)", row);
    if (id % 500 == 0) {
      EXPECT_EQ(count(writer), id * 1000);
      EXPECT_EQ(count(reader), 0);
    }
  }
  writer.execute("COMMIT");
  EXPECT_EQ(count(reader), kRows * 1000);
  writer.query("PRAGMA integrity_check", {}, [](const Row& row) { EXPECT_EQ(row.text(0), "ok"); });
}

}  // namespace
}  // namespace tillcast::storage
