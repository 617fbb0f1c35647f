#include "storage/postgres/prepared_names.h"

#include <gtest/gtest.h>

#include <array>

#include "base/limits.h"
#include "storage/postgres/parameters.h"

namespace tillcast::storage {
namespace {

TEST(PreparedNames, give_a_text_one_name_and_find_it_again) {
  PreparedNames names;
  PreparedName& first = names.find("SELECT 1");
  EXPECT_FALSE(first.prepared);
  first.prepared = true;
  EXPECT_NE(names.find("SELECT 2").name, first.name);
  EXPECT_EQ(&names.find("SELECT 1"), &first);
}

TEST(PreparedNames, give_a_new_name_to_what_could_not_be_prepared) {
  PreparedNames names;
  PreparedName& name = names.find("SELECT");
  const std::string before = name.name;
  name.prepared = true;
  names.forget(name);
  EXPECT_FALSE(names.find("SELECT").prepared);
  EXPECT_NE(names.find("SELECT").name, before);
}

TEST(PreparedNames, evict_what_was_not_used_for_the_longest_time) {
  PreparedNames names;
  for (std::size_t i = 0; i < limits::kPreparedStatementsMax; ++i) {
    names.find(std::to_string(i)).prepared = true;
  }
  EXPECT_TRUE(names.take_evicted().empty());
  names.find("0");
  names.find("one more");
  const auto evicted = names.take_evicted();
  ASSERT_EQ(evicted.size(), 1U);
  EXPECT_EQ(evicted.front().text, "1");
  EXPECT_EQ(names.size(), limits::kPreparedStatementsMax);
  EXPECT_TRUE(names.find("0").prepared);
  EXPECT_FALSE(names.find("1").prepared);
}

TEST(TextParameters, are_texts_that_end_with_a_zero_byte) {
  TextParameters parameters;
  const std::array<Value, 4> values = {INT64_MIN, std::string_view("a b").substr(0, 1), Value{},
                                       std::string_view{}};
  parameters.set(values);
  ASSERT_EQ(parameters.all().size(), 4U);
  EXPECT_STREQ(parameters.all()[0], "-9223372036854775808");
  EXPECT_STREQ(parameters.all()[1], "a");
  EXPECT_EQ(parameters.all()[2], nullptr);
  EXPECT_STREQ(parameters.all()[3], "");
  parameters.set(std::span(values).subspan(1, 1));
  ASSERT_EQ(parameters.all().size(), 1U);
  EXPECT_STREQ(parameters.all()[0], "a");
}

TEST(TextParameters, are_not_cut_off_at_a_zero_byte) {
  TextParameters parameters;
  const std::array<Value, 1> values = {std::string_view("a\0b\0", 4)};
  parameters.set(values);
  EXPECT_STREQ(parameters.all()[0], "a\uFFFDb\uFFFD");
}

}  // namespace
}  // namespace tillcast::storage
