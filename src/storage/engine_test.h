// Test support: the engines that every test of the storage interface runs on, and the few tables
// and changes that those tests use.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/test_store.h"

namespace tillcast::storage {

struct TestEngine {
  std::string name;
  std::unique_ptr<TestStore> (*make_store)();
};

/// Every engine that there is a store of: PostgreSQL if a test cluster runs.
std::vector<TestEngine> test_engines();

/// A test that runs once an engine, on an open store with the tables of kTestTables.
class EngineTest : public testing::TestWithParam<TestEngine> {
 protected:
  EngineTest();
  void reopen();

  /// Runs `run` as the one command of a group and commits it.
  std::shared_ptr<const CommittedBatch> commit(Writer& writer,
                                               const std::function<void(Transaction&)>& run);
  /// The ids of table `things` in order, as a snapshot of its own sees them.
  std::vector<std::string> things();

  std::unique_ptr<TestStore> store_;
  std::unique_ptr<Database> database_;
};

#define TILLCAST_ON_EVERY_ENGINE(Suite)                                      \
  INSTANTIATE_TEST_SUITE_P(engine, Suite, testing::ValuesIn(test_engines()), \
                           [](const auto& engine) { return engine.param.name; })

/// A change of a thing of shop "shop" and user "user" that goes to the rooms of `audience`.
Change thing_change(std::string_view id, AudienceSet audience = kPublic | kDesk | kAdmin);

/// Inserts a thing and logs it. A negative `n` breaks a CHECK, which is a real StorageFailure.
Lsn put_thing(Transaction& transaction, std::string_view id, std::int64_t n = 1);

/// Makes COMMIT itself fail: a row whose deferred foreign key points nowhere.
void put_dangling_part(Transaction& transaction);

/// The lsns of `changes`.
std::vector<std::uint64_t> lsns_of(const std::vector<Change>& changes);

}  // namespace tillcast::storage
