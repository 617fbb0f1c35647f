#include "commerce/cursor.h"

#include <gtest/gtest.h>

namespace tillcast::commerce {
namespace {

TEST(Cursor, gives_back_its_parts) {
  const CursorParts parts = {"newest", "-5", "", "Käse & Brot"};
  EXPECT_EQ(*parse_cursor(make_cursor(parts), 4), parts);
  EXPECT_EQ(*parse_cursor(make_cursor({""}), 1), CursorParts{""});
}

TEST(Cursor, of_another_shape_is_refused) {
  EXPECT_EQ(parse_cursor(make_cursor({"a", "b"}), 3).error().code, "bad_cursor");
  EXPECT_EQ(parse_cursor(make_cursor({"a", "b"}), 1).error().code, "bad_cursor");
  EXPECT_EQ(parse_cursor(make_cursor({"\xff"}), 1).error().code, "bad_cursor");
  for (const std::string& text :
       {std::string("="), std::string("a b"), std::string("%"), std::string(5'000, 'a')}) {
    EXPECT_EQ(parse_cursor(text, 1).error().status, 400) << text;
  }
}

TEST(Cursor, reads_numbers_strictly) {
  EXPECT_EQ(cursor_integer("-12"), -12);
  for (const char* text : {"", "1x", " 1", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(cursor_integer(text), std::nullopt) << text;
  }
}

TEST(PageLimit, keeps_to_its_bounds) {
  EXPECT_EQ(page_limit({.limit = 0}), 1);
  EXPECT_EQ(page_limit({.limit = 7}), 7);
  EXPECT_EQ(page_limit({.limit = 1'000'000}), static_cast<std::int64_t>(limits::kListItemsMax));
}

}  // namespace
}  // namespace tillcast::commerce
