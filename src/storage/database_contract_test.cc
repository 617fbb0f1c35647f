// What storage/database.h promises, on every engine.
#include <gmock/gmock.h>

#include <array>

#include "base/limits.h"
#include "storage/engine_test.h"

namespace tillcast::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Lsns = std::vector<std::uint64_t>;

class DatabaseContract : public EngineTest {};
TILLCAST_ON_EVERY_ENGINE(DatabaseContract);

std::int64_t count_things(Queries& queries) {
  std::int64_t count = -1;
  queries.query("SELECT count(*) FROM things", {},
                [&count](const Row& row) { count = row.integer(0); });
  return count;
}

TEST_P(DatabaseContract, a_snapshot_sees_one_state_while_the_writer_commits) {
  const auto writer = database_->open_writer();
  const auto reader = database_->open_reader();
  commit(*writer, [](Transaction& t) { put_thing(t, "a"); });

  reader->snapshot([&](Queries& queries) {
    EXPECT_EQ(count_things(queries), 1);
    const Position before = log_position(queries);
    commit(*writer, [](Transaction& t) { put_thing(t, "b"); });
    EXPECT_EQ(count_things(queries), 1);
    EXPECT_EQ(log_position(queries), before);
  });
  reader->snapshot([&](Queries& queries) {
    EXPECT_EQ(count_things(queries), 2);
    EXPECT_EQ(log_position(queries).lsn, Lsn{2});
  });
}

TEST_P(DatabaseContract, a_group_is_seen_by_nobody_before_its_commit) {
  const auto writer = database_->open_writer();
  writer->begin();
  put_thing(writer->begin_command(), "a");
  writer->keep_command();
  EXPECT_THAT(things(), IsEmpty());
  writer->commit();
  EXPECT_THAT(things(), ElementsAre("a"));
}

TEST_P(DatabaseContract, a_snapshot_ends_when_its_reader_throws) {
  const auto writer = database_->open_writer();
  const auto reader = database_->open_reader();
  EXPECT_THROW(reader->snapshot([](Queries& queries) {
    count_things(queries);
    throw std::runtime_error("stop");
  }),
               std::runtime_error);
  commit(*writer, [](Transaction& t) { put_thing(t, "a"); });
  reader->snapshot([](Queries& queries) { EXPECT_EQ(count_things(queries), 1); });
}

TEST_P(DatabaseContract, a_batch_holds_the_changes_of_each_command_in_log_order) {
  const auto writer = database_->open_writer();
  writer->begin();
  Transaction& first = writer->begin_command();
  EXPECT_EQ(put_thing(first, "a"), Lsn{1});
  EXPECT_EQ(put_thing(first, "b"), Lsn{2});
  writer->keep_command();
  writer->begin_command();
  writer->keep_command();
  EXPECT_EQ(put_thing(writer->begin_command(), "c"), Lsn{3});
  writer->keep_command();
  const auto batch = writer->commit();

  ASSERT_EQ(batch->transactions.size(), 2U) << "a command without changes is no transaction";
  EXPECT_EQ(lsns_of(batch->transactions[0].changes), (Lsns{1, 2}));
  EXPECT_EQ(lsns_of(batch->transactions[1].changes), (Lsns{3}));
  EXPECT_EQ(batch->transactions[0].changes[1].txn, Lsn{1});
  EXPECT_EQ(batch->transactions[1].changes[0].txn, Lsn{3});
  EXPECT_EQ(batch->transactions[1].changes[0].id, "c");
  EXPECT_EQ(batch->first, Lsn{1});
  EXPECT_EQ(batch->last, Lsn{3});
}

TEST_P(DatabaseContract, an_empty_group_commits_an_empty_batch) {
  const auto writer = database_->open_writer();
  writer->begin();
  EXPECT_THAT(writer->commit()->transactions, IsEmpty());
}

TEST_P(DatabaseContract, an_undone_command_leaves_no_row_no_change_and_no_lsn) {
  const auto writer = database_->open_writer();
  writer->begin();
  put_thing(writer->begin_command(), "a");
  writer->keep_command();
  Transaction& undone = writer->begin_command();
  put_thing(undone, "b");
  put_thing(undone, "c");
  writer->undo_command();
  EXPECT_EQ(put_thing(writer->begin_command(), "d"), Lsn{2});
  writer->keep_command();
  const auto batch = writer->commit();

  EXPECT_THAT(things(), ElementsAre("a", "d"));
  EXPECT_EQ(batch->last, Lsn{2});
  database_->open_reader()->snapshot([](Queries& queries) {
    const RoomPage page = read_room(queries, {kPublic, ""}, Lsn{0}, 10, 10'000);
    ASSERT_EQ(lsns_of(page.changes), (Lsns{1, 2}));
    EXPECT_EQ(page.changes[1].id, "d");
    EXPECT_EQ(page.changes[1].txn, Lsn{2});
  });
}

TEST_P(DatabaseContract, a_group_rolled_back_gives_its_lsns_back) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) { put_thing(t, "a"); });
  writer->begin();
  put_thing(writer->begin_command(), "b");
  writer->keep_command();
  EXPECT_GT(writer->group_bytes(), 0U);
  put_thing(writer->begin_command(), "c");
  writer->roll_back();
  EXPECT_EQ(writer->group_bytes(), 0U);

  const auto batch = commit(*writer, [](Transaction& t) { EXPECT_EQ(put_thing(t, "d"), Lsn{2}); });
  EXPECT_EQ(batch->transactions.size(), 1U);
  EXPECT_THAT(things(), ElementsAre("a", "d"));
}

TEST_P(DatabaseContract, a_failed_statement_throws_and_the_writer_goes_on_after_roll_back) {
  const auto writer = database_->open_writer();
  writer->begin();
  Transaction& transaction = writer->begin_command();
  EXPECT_THROW(put_thing(transaction, "a", -1), StorageFailure);
  writer->roll_back();
  commit(*writer, [](Transaction& t) { put_thing(t, "b"); });
  EXPECT_THAT(things(), ElementsAre("b"));
}

TEST_P(DatabaseContract, a_failed_commit_throws_and_stores_nothing) {
  const auto writer = database_->open_writer();
  EXPECT_THROW(commit(*writer,
                      [](Transaction& t) {
                        put_thing(t, "a");
                        put_dangling_part(t);
                      }),
               StorageFailure);
  writer->roll_back();
  EXPECT_THAT(things(), IsEmpty());
  commit(*writer, [](Transaction& t) { EXPECT_EQ(put_thing(t, "b"), Lsn{1}); });
}

TEST_P(DatabaseContract, one_command_logs_a_bounded_number_of_changes) {
  const auto writer = database_->open_writer();
  writer->begin();
  Transaction& transaction = writer->begin_command();
  for (std::size_t i = 0; i < limits::kChangesPerTransactionMax; ++i) {
    transaction.log(thing_change("a"));
  }
  EXPECT_THROW(transaction.log(thing_change("a")), StorageFailure);
  writer->roll_back();
}

TEST_P(DatabaseContract, lsns_and_epoch_go_on_after_the_database_is_opened_again) {
  Position before;
  {
    const auto writer = database_->open_writer();
    commit(*writer, [](Transaction& t) { put_thing(t, "a"); });
    database_->open_reader()->snapshot([&](Queries& q) { before = log_position(q); });
  }
  EXPECT_EQ(before.lsn, Lsn{1});
  EXPECT_GE(before.epoch.size(), 8U);
  reopen();
  database_->open_reader()->snapshot([&](Queries& q) { EXPECT_EQ(log_position(q), before); });
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) { EXPECT_EQ(put_thing(t, "b"), Lsn{2}); });
}

TEST_P(DatabaseContract, an_epoch_fits_into_the_text_of_a_position) {
  database_->open_reader()->snapshot([](Queries& queries) {
    const Position position = log_position(queries);
    EXPECT_EQ(Position::parse(position.to_string()), position);
  });
}

TEST_P(DatabaseContract, two_stores_have_two_epochs) {
  const auto other_store = GetParam().make_store();
  const auto other = other_store->open();
  const auto epoch_of = [](Database& database) {
    std::string epoch;
    database.open_reader()->snapshot([&](Queries& q) { epoch = log_position(q).epoch; });
    return epoch;
  };
  EXPECT_NE(epoch_of(*database_), epoch_of(*other));
}

TEST_P(DatabaseContract, the_answer_of_execute_is_the_number_of_changed_rows) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) {
    put_thing(t, "a", 3);
    put_thing(t, "b", 5);
    const std::string_view take = "UPDATE things SET n = n - $2 WHERE id = $1 AND n >= $2";
    EXPECT_EQ(t.execute(take, {"a", 3}), 1);
    EXPECT_EQ(t.execute(take, {"a", 3}), 0);
    EXPECT_EQ(t.execute("UPDATE things SET n = n + 1", {}), 2);
    EXPECT_EQ(t.execute("SELECT id FROM things", {}), 0);
    EXPECT_EQ(t.execute("INSERT INTO things (id, n) VALUES ($1, 0) ON CONFLICT DO NOTHING", {"a"}),
              0);
    EXPECT_EQ(t.execute("DELETE FROM things WHERE id = $1", {"nothing"}), 0);
  });
}

TEST_P(DatabaseContract, a_statement_that_writes_can_return_rows) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) {
    put_thing(t, "a", 3);
    std::int64_t left = -1;
    t.query("UPDATE things SET n = n - 1 WHERE id = $1 RETURNING n", {"a"},
            [&left](const Row& row) { left = row.integer(0); });
    EXPECT_EQ(left, 2);
  });
}

TEST_P(DatabaseContract, parameters_are_taken_by_number_in_any_order_and_as_often_as_named) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) {
    t.execute("INSERT INTO things (n, id) VALUES ($2, $1)", {"a", 7});
    std::int64_t found = 0;
    t.query("SELECT n FROM things WHERE n = $2 AND id = $1 AND n + $2 = 14", {"a", 7},
            [&found](const Row& row) { found = row.integer(0); });
    EXPECT_EQ(found, 7);
  });
}

TEST_P(DatabaseContract, a_wrong_number_of_parameters_is_a_failure) {
  const auto writer = database_->open_writer();
  for (const auto count : {0U, 1U, 3U}) {
    const std::array<Value, 3> values = {"a", 1, 1};
    writer->begin();
    EXPECT_THROW(writer->begin_command().execute("INSERT INTO things (id, n) VALUES ($1, $2)",
                                                 std::span(values).first(count)),
                 StorageFailure);
    writer->roll_back();
  }
}

TEST_P(DatabaseContract, null_empty_and_foreign_text_come_back_as_they_went) {
  const auto writer = database_->open_writer();
  const std::string text = "Äpfel 'und' \"Birnen\" 🍐 \\ %s";
  commit(*writer, [&](Transaction& t) {
    const std::string_view insert = "INSERT INTO texts (a, b) VALUES ($1, $2)";
    t.execute(insert, {"1", Value{}});
    t.execute(insert, {"2", std::string_view{}});
    t.execute(insert, {"3", text});
  });
  database_->open_reader()->snapshot([&](Queries& queries) {
    std::vector<std::string> texts;
    queries.query("SELECT a, b FROM texts ORDER BY a", {}, [&](const Row& row) {
      EXPECT_EQ(row.is_null(1), row.text(0) == "1");
      texts.emplace_back(row.text(1));
    });
    EXPECT_THAT(texts, ElementsAre("", "", text));
  });
}

TEST_P(DatabaseContract, integers_keep_64_bits) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) { put_thing(t, "a", INT64_MAX); });
  database_->open_reader()->snapshot([](Queries& queries) {
    std::int64_t n = 0;
    queries.query("SELECT n FROM things", {}, [&n](const Row& row) { n = row.integer(0); });
    EXPECT_EQ(n, INT64_MAX);
  });
}

TEST_P(DatabaseContract, a_sink_may_query_with_the_same_text) {
  const auto writer = database_->open_writer();
  commit(*writer, [](Transaction& t) {
    for (const char* id : {"a", "b", "c"}) put_thing(t, id);
  });
  database_->open_reader()->snapshot([](Queries& queries) {
    const std::string_view sql = "SELECT id FROM things WHERE id > $1 ORDER BY id";
    std::string seen;
    queries.query(sql, {"a"}, [&](const Row& outer) {
      seen += std::string(outer.text(0)) + ":";
      queries.query(sql, {outer.text(0)}, [&](const Row& inner) { seen += inner.text(0); });
      seen += outer.text(0);
      seen += " ";
    });
    EXPECT_EQ(seen, "b:cb c:c ");
  });
}

TEST_P(DatabaseContract, more_texts_than_statements_are_kept_all_run) {
  database_->open_reader()->snapshot([](Queries& queries) {
    for (int round = 0; round < 2; ++round) {
      for (std::size_t i = 0; i < limits::kPreparedStatementsMax + 50; ++i) {
        std::int64_t value = -1;
        queries.query("SELECT " + std::to_string(i) + " + count(*) FROM things", {},
                      [&value](const Row& row) { value = row.integer(0); });
        ASSERT_EQ(value, static_cast<std::int64_t>(i));
      }
    }
  });
}

TEST_P(DatabaseContract, a_reader_cannot_write) {
  const auto reader = database_->open_reader();
  EXPECT_THROW(reader->snapshot([](Queries& queries) {
    queries.query("INSERT INTO things (id, n) VALUES ('a', 1)", {}, [](const Row&) {});
  }),
               StorageFailure);
  EXPECT_THAT(things(), IsEmpty());
}

TEST_P(DatabaseContract, migrations_run_once_each_and_only_forward) {
  const std::array<Migration, 2> steps = {
      {{1, "table", "CREATE TABLE steps (n BIGINT NOT NULL); INSERT INTO steps (n) VALUES (1);"},
       {2, "second row", "INSERT INTO steps (n) VALUES (2);"}}};
  const auto sum = [this] {
    std::int64_t total = 0;
    database_->open_reader()->snapshot([&total](Queries& queries) {
      queries.query("SELECT n FROM steps", {},
                    [&total](const Row& row) { total += row.integer(0); });
    });
    return total;
  };
  database_->migrate("steps", std::span(steps).first(1));
  EXPECT_EQ(sum(), 1);
  database_->migrate("steps", steps);
  database_->migrate("steps", steps);
  EXPECT_EQ(sum(), 3);
  try {
    database_->migrate("steps", std::span(steps).first(1));
    FAIL() << "a database of a newer version was taken";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("newer version"));
  }
}

TEST_P(DatabaseContract, a_migration_that_fails_leaves_nothing) {
  const std::array<Migration, 1> broken = {
      {{1, "broken", "CREATE TABLE half (n BIGINT); INSERT INTO nowhere (n) VALUES (1);"}}};
  const std::array<Migration, 1> mended = {{{1, "mended", "CREATE TABLE half (n BIGINT);"}}};
  EXPECT_THROW(database_->migrate("half", broken), std::runtime_error);
  database_->migrate("half", mended);
}

}  // namespace
}  // namespace tillcast::storage
