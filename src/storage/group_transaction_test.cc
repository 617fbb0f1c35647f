// What a group holds in memory, on every engine: written before anybody could miss it, and never
// when its command was undone.
#include "storage/group_transaction.h"

#include <gmock/gmock.h>

#include "storage/engine_test.h"

namespace tillcast::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lsns = std::vector<std::uint64_t>;

/// Holds back things, and remembers something that it has read.
class ThingMemory final : public GroupMemory {
 public:
  static ThingMemory& of(Transaction& transaction) {
    return static_cast<ThingMemory&>(transaction.memory(
        []() -> std::unique_ptr<GroupMemory> { return std::make_unique<ThingMemory>(); }));
  }
  void put(std::string id, std::int64_t n = 1) { held_.push_back({std::move(id), n}); }
  void begin_command() override { command_start_ = held_.size(); }
  void undo_command() override { held_.resize(command_start_); }
  [[nodiscard]] bool holds() const override { return !held_.empty(); }
  [[nodiscard]] bool command_holds() const override { return held_.size() > command_start_; }
  void write(Transaction& through) override {
    for (const Thing& thing : held_) {
      through.beside().change_one("INSERT INTO things (id, n) VALUES ($1, $2)",
                                  {std::string_view(thing.id), thing.n});
      through.log(thing_change(thing.id));
    }
    held_.clear();
    command_start_ = 0;
  }
  void forget() override {
    held_.clear();
    command_start_ = 0;
    read.clear();
  }
  std::string read;

 private:
  struct Thing {
    std::string id;
    std::int64_t n;
  };
  std::vector<Thing> held_;
  std::size_t command_start_ = 0;
};

class GroupMemoryContract : public EngineTest {
 protected:
  std::unique_ptr<Writer> writer_ = database_->open_writer();

  void keep(const std::function<void(Transaction&)>& run) {
    run(writer_->begin_command());
    writer_->keep_command();
  }
  void undo(const std::function<void(Transaction&)>& run) {
    run(writer_->begin_command());
    writer_->undo_command();
  }
  static void hold(Transaction& transaction, const char* id) {
    ThingMemory::of(transaction).put(id);
  }
  static std::int64_t count(Queries& queries) {
    std::int64_t things = -1;
    queries.query("SELECT count(*) FROM things", {},
                  [&](const Row& row) { things = row.integer(0); });
    return things;
  }
  std::vector<std::uint64_t> log() {
    std::vector<std::uint64_t> lsns;
    database_->open_reader()->snapshot(
        [&](Queries& queries) { lsns = lsns_of(read_log(queries, Lsn{0}, 1'000).changes); });
    return lsns;
  }
};
TILLCAST_ON_EVERY_ENGINE(GroupMemoryContract);

TEST_P(GroupMemoryContract, is_written_with_the_group_as_its_last_transaction) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) { hold(t, "a"); });
  keep([](Transaction& t) {
    hold(t, "b");
    t.log(thing_change("told"));
  });
  const auto batch = writer_->commit();
  EXPECT_THAT(things(), ElementsAre("a", "b"));
  ASSERT_EQ(batch->transactions.size(), 2U);
  EXPECT_EQ(lsns_of(batch->transactions[0].changes), (Lsns{1}));
  EXPECT_EQ(lsns_of(batch->transactions[1].changes), (Lsns{2, 3}));
  EXPECT_EQ(log(), (Lsns{1, 2, 3}));
}

TEST_P(GroupMemoryContract, with_savepoints_is_written_with_its_command) {
  writer_->begin();
  keep([](Transaction& t) { hold(t, "a"); });
  undo([](Transaction& t) {
    hold(t, "b");
    EXPECT_EQ(count(t), 2) << "written, and undone by the savepoint";
  });
  keep([](Transaction& t) { EXPECT_EQ(count(t), 1); });
  const auto batch = writer_->commit();
  EXPECT_THAT(things(), ElementsAre("a"));
  EXPECT_EQ(batch->last, Lsn{1});
  EXPECT_EQ(log(), (Lsns{1}));
}

TEST_P(GroupMemoryContract, is_seen_by_every_statement_of_later_commands) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) { hold(t, "a"); });
  keep([](Transaction& t) {
    hold(t, "b");
    EXPECT_EQ(count(t), 2);
    hold(t, "c");
    EXPECT_EQ(t.execute("UPDATE things SET n = n + 1", {}), 3);
    hold(t, "d");
    t.change_one("DELETE FROM things WHERE id = $1", {"d"});
    hold(t, "e");
    EXPECT_EQ(count(t.beside()), 3) << "but for those beside it";
  });
  const auto batch = writer_->commit();
  EXPECT_THAT(things(), ElementsAre("a", "b", "c", "e"));
  EXPECT_EQ(batch->last, Lsn{5});
  EXPECT_EQ(log(), (Lsns{1, 2, 3, 4, 5}));
}

TEST_P(GroupMemoryContract, of_an_undone_command_is_not_written) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) { hold(t, "a"); });
  undo([](Transaction& t) {
    hold(t, "b");
    t.log(thing_change("b"));
  });
  keep([](Transaction& t) { hold(t, "c"); });
  const auto batch = writer_->commit();
  EXPECT_THAT(things(), ElementsAre("a", "c"));
  EXPECT_EQ(batch->last, Lsn{2});
  EXPECT_EQ(log(), (Lsns{1, 2}));
}

TEST_P(GroupMemoryContract, of_others_is_no_reason_not_to_undo_a_command) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) { hold(t, "a"); });
  undo([](Transaction& t) { EXPECT_EQ(count(t), 1); });
  keep([](Transaction& t) { t.log(thing_change("told")); });
  undo([](Transaction& t) { EXPECT_EQ(count(t), 1); });
  const auto batch = writer_->commit();
  EXPECT_THAT(things(), ElementsAre("a"));
  ASSERT_EQ(batch->transactions.size(), 2U);
  EXPECT_EQ(batch->transactions[0].changes[0].id, "a");
  EXPECT_EQ(log(), (Lsns{1, 2}));
}

TEST_P(GroupMemoryContract, of_a_command_that_was_written_can_not_be_undone_alone) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) { hold(t, "a"); });
  Transaction& second = writer_->begin_command();
  hold(second, "b");
  EXPECT_EQ(count(second), 2);
  EXPECT_THROW(writer_->undo_command(), NoSavepoint);
  writer_->roll_back();
  EXPECT_THAT(things(), IsEmpty());
  writer_->begin_without_savepoints();
  EXPECT_THAT(writer_->commit()->transactions, IsEmpty()) << "nothing is left of it";
}

TEST_P(GroupMemoryContract, that_cannot_be_written_fails_before_COMMIT) {
  writer_->begin_without_savepoints();
  keep([](Transaction& t) {
    hold(t, "a");
    ThingMemory::of(t).put("b", -1);
    hold(t, "c");
  });
  EXPECT_THROW(writer_->commit(), LateFailure);
  writer_->roll_back();
  EXPECT_THAT(things(), IsEmpty());
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(GroupMemoryContract, of_what_was_read_lasts_until_somebody_else_writes) {
  const auto remembered = [this] {
    std::string read;
    commit(*writer_, [&](Transaction& t) { read = ThingMemory::of(t).read; });
    return read;
  };
  commit(*writer_, [](Transaction& t) { ThingMemory::of(t).read = "a"; });
  EXPECT_EQ(remembered(), "a");
  commit(*writer_, [](Transaction& t) { put_thing(t, "b"); });
  EXPECT_EQ(remembered(), "") << "a statement has written past it";

  commit(*writer_, [](Transaction& t) {
    ThingMemory::of(t).read = "c";
    t.log(thing_change("told"));
  });
  EXPECT_EQ(remembered(), "c");
  if (database_->engine() == Engine::kPostgres) {
    const auto other = store_->open();
    commit(*other->open_writer(), [](Transaction& t) { put_thing(t, "of another process"); });
    EXPECT_EQ(remembered(), "");
  }
  writer_->begin();
  ThingMemory::of(writer_->begin_command()).read = "d";
  writer_->roll_back();
  EXPECT_EQ(remembered(), "");
}

TEST_P(GroupMemoryContract, many_rows_of_one_table_are_all_stored_in_order) {
  commit(*writer_, [](Transaction& t) {
    for (int i = 0; i < 107; ++i) {
      const std::string a = std::to_string(i);
      t.change_one("INSERT INTO texts (a, b) VALUES ($1, $2)",
                   {std::string_view(a), i % 3 == 0 ? Value() : Value("'\\\"{},")});
      if (i != 50) continue;
      EXPECT_EQ(t.execute("DELETE FROM texts WHERE a = '50'", {}), 1);
    }
  });
  database_->open_reader()->snapshot([](Queries& queries) {
    std::int64_t rows = 0;
    queries.query(
        "SELECT count(*) FROM texts WHERE a <> '50' AND (b IS NULL) = (CAST(a AS INTEGER) % 3 = 0) "
        "AND (b IS NULL OR b = '''\\\"{},')",
        {}, [&](const Row& row) { rows = row.integer(0); });
    EXPECT_EQ(rows, 106);
  });
}

}  // namespace
}  // namespace tillcast::storage
