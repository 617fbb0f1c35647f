#include "storage/row_batch.h"

#include <gmock/gmock.h>

#include <array>

namespace tillcast::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kSql = "INSERT INTO things (id, n) VALUES ($1, $2)";

struct Inserted {
  std::string sql;
  /// Each with a comma behind it.
  std::string parameters;
  std::size_t rows;
};

std::string described(std::span<const Value> parameters) {
  std::string all;
  for (const Value& value : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      all += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      all.append("'").append(*text).append("'");
    } else {
      all += "NULL";
    }
    all += ',';
  }
  return all;
}

class RowBatches : public testing::Test {
 protected:
  bool add(std::string_view id, Value n) {
    const std::array<Value, 2> row = {id, n};
    return batch_.add(kSql, row);
  }
  void add(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) add("a", static_cast<std::int64_t>(i));
  }
  std::vector<Inserted> take() {
    std::vector<Inserted> all;
    batch_.take([&](std::string_view sql, std::span<const Value> parameters, std::size_t rows) {
      all.push_back({std::string(sql), described(parameters), rows});
    });
    return all;
  }
  std::vector<std::size_t> sizes() {
    std::vector<std::size_t> found;
    for (const Inserted& inserted : take()) found.push_back(inserted.rows);
    return found;
  }

  RowBatch batch_{"INSERT OR FAIL INTO "};
};

TEST_F(RowBatches, a_row_alone_is_the_statement_that_it_came_with_by_the_engine_s_verb) {
  add("a", std::int64_t{1});
  const auto all = take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].sql, "INSERT OR FAIL INTO things (id, n) VALUES ($1, $2)");
  EXPECT_EQ(all[0].parameters, "'a',1,");
}

TEST_F(RowBatches, rows_are_numbered_through_and_stay_in_order) {
  add(8);
  const auto all = take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(
      all[0].sql.ends_with("VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), "
                           "($11, $12), ($13, $14), ($15, $16)"));
  EXPECT_EQ(all[0].parameters, "'a',0,'a',1,'a',2,'a',3,'a',4,'a',5,'a',6,'a',7,");
}

TEST_F(RowBatches, any_number_of_rows_is_statements_of_few_sizes) {
  add(2 * kRowsPerInsertMax + 8 + 3);
  EXPECT_THAT(sizes(), ElementsAre(kRowsPerInsertMax, kRowsPerInsertMax, 8U, 1U, 1U, 1U));
  EXPECT_THAT(sizes(), IsEmpty());
}

TEST_F(RowBatches, values_outlive_the_call_that_gave_them) {
  for (const char* const text : {"", "b", "a text too long to be kept in the string object"}) {
    add(std::string(text), Value{});
  }
  std::string parameters;
  for (const Inserted& inserted : take()) parameters += inserted.parameters;
  EXPECT_EQ(parameters, "'',NULL,'b',NULL,'a text too long to be kept in the string object',NULL,");
}

TEST_F(RowBatches, of_another_text_wait_until_the_first_are_taken) {
  constexpr std::string_view kOther = "INSERT INTO others (id) VALUES ($1)";
  const std::array<Value, 1> row = {std::string_view("o")};
  add(1);
  EXPECT_FALSE(batch_.add(kOther, row));
  EXPECT_THAT(sizes(), ElementsAre(1U));
  EXPECT_TRUE(batch_.add(kOther, row));
  EXPECT_EQ(take()[0].sql, "INSERT OR FAIL INTO others (id) VALUES ($1)");
  EXPECT_TRUE(add("a", std::int64_t{1})) << "a text that it knows from before";
}

TEST_F(RowBatches, take_no_statement_but_a_plain_INSERT) {
  const std::array<Value, 2> row = {std::string_view("a"), std::int64_t{1}};
  for (const std::string_view sql :
       {"UPDATE things SET n = $2 WHERE id = $1", "INSERT INTO things SELECT $1, $2",
        "INSERT INTO things (id, n) VALUES ($2, $1)", "INSERT INTO things (id, n) VALUES ($1, 2)",
        "INSERT INTO things (id, n) VALUES ($1, $2) ON CONFLICT DO NOTHING"}) {
    EXPECT_FALSE(batch_.add(sql, row)) << sql;
  }
  EXPECT_THAT(sizes(), IsEmpty());
}

TEST_F(RowBatches, are_forgotten_when_one_statement_fails) {
  add(3);
  const auto fail = [](std::string_view, std::span<const Value>, std::size_t) {
    throw StorageFailure("full");
  };
  EXPECT_THROW(batch_.take(fail), StorageFailure);
  EXPECT_THAT(sizes(), IsEmpty());
}

}  // namespace
}  // namespace tillcast::storage
