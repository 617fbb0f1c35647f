#include "protocol/exact_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace tillcast::protocol {
namespace {

std::string parsed(std::string_view text) {
  boost::system::error_code error;
  const auto value = parse_exact_json(text, 4, {}, error);
  return error ? "error" : boost::json::serialize(value);
}

double number(const std::string& text) {
  boost::system::error_code error;
  const auto value = parse_exact_json(text, 4, {}, error);
  EXPECT_FALSE(error) << text;
  return value.is_double() ? value.get_double() : std::numeric_limits<double>::quiet_NaN();
}

TEST(ExactJson, reads_back_every_double_that_was_written_in_full) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> unit(0, 1);
  const auto comes_back = [](double value) {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
    return number(std::string(text, end.ptr)) == value;
  };
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(comes_back(unit(random)));
    const std::uint64_t bits = random();
    double any = 0;
    std::memcpy(&any, &bits, sizeof any);
    ASSERT_TRUE(!std::isfinite(any) || comes_back(any)) << any;
  }
}

TEST(ExactJson, reads_long_and_extreme_numbers) {
  EXPECT_EQ(number("3333333333333333333333333333333333333333333333"), 3.3333333333333333e45);
  EXPECT_EQ(number("0.1000000000000000055511151231257827"), 0.1);
  EXPECT_EQ(number("5e-324"), 5e-324);
  EXPECT_EQ(number("-1.7976931348623157e+308"), -1.7976931348623157e308);
  EXPECT_EQ(number("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(number("1e-400"), 0);
  EXPECT_EQ(parsed("[1,-2,18446744073709551615,0.5,2E3]"), "[1,-2,18446744073709551615,5E-1,2E3]");
}

TEST(ExactJson, agrees_with_the_library_on_everything_else) {
  for (const std::string_view text :
       {R"({"a":[1,"x\u00e9\n\ud83d\ude00",true],"":null,"b":{"c":"","d":[]}})",
        R"("text")",
        "null",
        " [ 1 , 2 ] ",
        R"({"a":1,"a":2})",
        "",
        "[1",
        "[1]]",
        "[1,]",
        "tru",
        "{\"a\"}",
        "\"\\ud83d\"",
        "[[[[[1]]]]]",
        "[[[[1]]]]",
        "1 2",
        "NaN",
        "01",
        "-",
        "\"\xFF\"",
        "// c\n1"}) {
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 4;
    const auto expected = boost::json::parse(text, error, {}, options);
    EXPECT_EQ(parsed(text), error ? "error" : boost::json::serialize(expected)) << text;
  }
}

std::string written(const boost::json::value& value) {
  std::string out;
  append_exact_json(out, value);
  return out;
}

TEST(ExactJson, is_written_as_it_is_read) {
  for (const std::string_view text :
       {R"({"a":[1,"x\u000a\"\\é",true],"":null,"b":{"c":"","d":[],"e":{}}})",
        "[-9223372036854775808,18446744073709551615,0.1,5e-324,1.7976931348623157e+308,1.0,-0."
        "0]"}) {
    boost::system::error_code error;
    EXPECT_EQ(written(parse_exact_json(text, 4, {}, error)), text);
    EXPECT_FALSE(error);
  }
}

TEST(ExactJson, writes_null_for_what_json_has_no_number_for) {
  EXPECT_EQ(written({std::numeric_limits<double>::infinity(),
                     -std::numeric_limits<double>::infinity(), std::nan("")}),
            "[null,null,null]");
}

TEST(ExactJson, writes_every_double_in_full) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random();
    double any = 0;
    std::memcpy(&any, &bits, sizeof any);
    ASSERT_TRUE(!std::isfinite(any) || number(written(any)) == any) << any;
  }
}

}  // namespace
}  // namespace tillcast::protocol
