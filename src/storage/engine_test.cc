#include "storage/engine_test.h"

#include <array>

namespace tillcast::storage {
namespace {

constexpr std::array<Migration, 1> kTestTables = {{{1, "things", R"sql(
CREATE TABLE things (
  id TEXT NOT NULL PRIMARY KEY,
  n BIGINT NOT NULL CHECK (n >= 0)
);
CREATE TABLE parts (
  thing_id TEXT NOT NULL REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE texts (
  a TEXT,
  b TEXT
);
)sql"}}};

template <class Store>
std::unique_ptr<TestStore> make_store() {
  return std::make_unique<Store>();
}

}  // namespace

std::vector<TestEngine> test_engines() {
  std::vector<TestEngine> engines = {{"sqlite", make_store<SqliteTestStore>}};
  if (!test_cluster_url().empty()) engines.push_back({"postgres", make_store<PostgresTestStore>});
  return engines;
}

EngineTest::EngineTest() : store_(GetParam().make_store()) { reopen(); }

void EngineTest::reopen() {
  database_ = nullptr;
  database_ = store_->open();
  database_->migrate("test", kTestTables);
}

std::shared_ptr<const CommittedBatch> EngineTest::commit(
    Writer& writer, const std::function<void(Transaction&)>& run) {
  writer.begin();
  run(writer.begin_command());
  writer.keep_command();
  return writer.commit();
}

std::vector<std::string> EngineTest::things() {
  std::vector<std::string> ids;
  database_->open_reader()->snapshot([&ids](Queries& queries) {
    queries.query("SELECT id FROM things ORDER BY id", {},
                  [&ids](const Row& row) { ids.emplace_back(row.text(0)); });
  });
  return ids;
}

Change thing_change(std::string_view id, AudienceSet audience) {
  Change change;
  change.op = Op::kCreated;
  change.kind = "thing";
  change.id = id;
  change.shop_id = "shop";
  change.user_id = "user";
  change.version = 1;
  change.audience = audience;
  change.public_after = (audience & kPublic) != 0;
  change.image = R"({"id":")" + std::string(id) + R"("})";
  return change;
}

Lsn put_thing(Transaction& transaction, std::string_view id, std::int64_t n) {
  transaction.execute("INSERT INTO things (id, n) VALUES ($1, $2)", {id, n});
  return transaction.log(thing_change(id));
}

void put_dangling_part(Transaction& transaction) {
  transaction.execute("INSERT INTO parts (thing_id) VALUES ($1)", {"nowhere"});
}

std::vector<std::uint64_t> lsns_of(const std::vector<Change>& changes) {
  std::vector<std::uint64_t> lsns;
  lsns.reserve(changes.size());
  for (const Change& change : changes) lsns.push_back(change.lsn.get());
  return lsns;
}

}  // namespace tillcast::storage
