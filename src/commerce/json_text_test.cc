#include "commerce/json_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

namespace tillcast::commerce {
namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, escapes_what_rfc_8259_demands_and_no_more) {
  EXPECT_EQ(json_of("Käse / \"Brie\" \\ 1"), R"("Käse / \"Brie\" \\ 1")");
  EXPECT_EQ(json_of("\b\f\n\r\t\x01\x1f\x7f"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  EXPECT_EQ(json_of(""), "\"\"");
}

TEST(JsonText, of_any_byte_is_read_back_as_it_was) {
  for (int c = 0; c < 128; ++c) {
    const std::string text = {'a', static_cast<char>(c), 'z'};
    EXPECT_EQ(boost::json::parse(json_of(text)).as_string(), text) << c;
  }
}

TEST(JsonText, writes_an_object_member_by_member) {
  JsonObject object;
  EXPECT_EQ(object.text("a", "x")
                .integer("b", std::numeric_limits<std::int64_t>::min())
                .boolean("c", true)
                .raw("d", "[{}]")
                .raw("e", "{}")
                .finish(),
            R"({"a":"x","b":-9223372036854775808,"c":true,"d":[{}],"e":{}})");
  EXPECT_EQ(object.finish(), "{}") << "and is empty afterwards";
}

}  // namespace
}  // namespace tillcast::commerce
