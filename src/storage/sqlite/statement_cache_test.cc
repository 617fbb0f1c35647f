#include "storage/sqlite/statement_cache.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/limits.h"
#include "storage/query.h"

namespace tillcast::storage {
namespace {

class StatementCacheTest : public testing::Test {
 protected:
  StatementCacheTest() {
    sqlite3* handle = nullptr;
    sqlite3_open(":memory:", &handle);
    connection_.reset(handle);
    cache_ = std::make_unique<StatementCache>(handle);
  }

  struct Close {
    void operator()(sqlite3* handle) const { EXPECT_EQ(sqlite3_close(handle), SQLITE_OK); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
  std::unique_ptr<StatementCache> cache_;
};

TEST_F(StatementCacheTest, gives_the_kept_statement_for_an_equal_text) {
  Statement& first = cache_->acquire("SELECT $1");
  cache_->release(first);
  const std::string other_buffer = "SELECT $1";
  EXPECT_EQ(&cache_->acquire(other_buffer), &first);
  cache_->release(first);
}

TEST_F(StatementCacheTest, never_gives_a_statement_that_is_in_use) {
  Statement& outer = cache_->acquire("SELECT 1");
  Statement& inner = cache_->acquire("SELECT 1");
  EXPECT_NE(outer.handle, inner.handle);
  EXPECT_EQ(cache_->size(), 2U);
  cache_->release(inner);
  EXPECT_EQ(cache_->size(), 1U) << "only one a text is kept";
  cache_->release(outer);
  EXPECT_EQ(&cache_->acquire("SELECT 1"), &outer);
  cache_->release(outer);
}

TEST_F(StatementCacheTest, drops_the_least_recently_used_at_its_bound) {
  const auto text = [](std::size_t i) { return "SELECT " + std::to_string(i); };
  Statement& held = cache_->acquire("SELECT 'held'");
  for (std::size_t i = 0; i < 3 * limits::kPreparedStatementsMax; ++i) {
    cache_->release(cache_->acquire(text(i)));
    cache_->release(cache_->acquire(text(0)));
  }
  EXPECT_EQ(cache_->size(), limits::kPreparedStatementsMax);
  EXPECT_TRUE(held.in_use);
  EXPECT_EQ(sqlite3_step(held.handle), SQLITE_ROW) << "a statement in use must not be dropped";
  cache_->release(held);
  Statement& often = cache_->acquire(text(0));
  EXPECT_EQ(cache_->size(), limits::kPreparedStatementsMax)
      << "what is used often must still be kept";
  cache_->release(often);
}

TEST_F(StatementCacheTest, knows_which_number_each_parameter_has) {
  Statement& statement = cache_->acquire("SELECT $3, $1, $3, $2");
  EXPECT_EQ(statement.parameters, (std::vector<std::size_t>{3, 1, 2}));
  cache_->release(statement);
}

TEST_F(StatementCacheTest, takes_one_statement_with_numbered_parameters_and_nothing_else) {
  for (const char* sql :
       {"", " ;", "SELECT 1; SELECT 2", "SELECT ?", "SELECT :name", "SELECT $name", "SELECT $2",
        "SELECT $0", "SELECT", "SELECT a FROM nowhere"}) {
    EXPECT_THROW(cache_->acquire(sql), StorageFailure) << sql;
  }
  EXPECT_EQ(cache_->size(), 0U);
  cache_->release(cache_->acquire("SELECT 1;\n"));
}

}  // namespace
}  // namespace tillcast::storage
