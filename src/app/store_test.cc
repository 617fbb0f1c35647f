#include "app/store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace tillcast::app {
namespace {

namespace fs = std::filesystem;

TEST(Store, copies_the_log_back_while_a_verb_writes_much) {
  std::string folder = (fs::temp_directory_path() / "tillcast-test-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    KernelRandom random;
    Store store(folder, random);
    const std::string text(4'000'000, 'x');
    for (int i = 0; i < 80; ++i) {
      store.commit([&](storage::Transaction& transaction) {
        transaction.execute("INSERT INTO secrets (name, value) VALUES ($1, $2)",
                            {std::to_string(i), std::string_view(text)});
        return true;
      });
    }
    // What was written is 320 MB. The log may grow to 64'000 pages before it has to be copied back.
    EXPECT_LT(fs::file_size(fs::path(folder) / "tillcast.db-wal"), 280'000'000U);
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace tillcast::app
