#include "pictures/result_format.h"

#include <gtest/gtest.h>

namespace tillcast::pictures {
namespace {

std::string number(std::size_t value) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

std::string webp(std::size_t bytes = 4) {
  return "RIFF" + number(12 + bytes) + "WEBPVP8 " + number(bytes) + std::string(bytes, 'x');
}

std::string written(std::initializer_list<std::int64_t> sizes) {
  std::string out;
  for (const std::int64_t size : sizes)
    append_picture(out, size, webp(static_cast<std::size_t>(size)));
  return out;
}

TEST(ResultFormat, gives_back_what_was_written) {
  const auto set = parse_pictures(written({320, 640, 1280}));
  ASSERT_TRUE(set);
  ASSERT_EQ(set->sizes.size(), 3U);
  EXPECT_EQ(set->sizes[1].size, 640);
  EXPECT_EQ(set->sizes[1].webp, webp(640));
  EXPECT_EQ(set->hash.size(), 64U);
  EXPECT_EQ(set->hash, parse_pictures(written({320, 640, 1280}))->hash);
  EXPECT_NE(set->hash, parse_pictures(written({320}))->hash);
}

TEST(ResultFormat, takes_fewer_sizes_but_always_the_first) {
  EXPECT_EQ(parse_pictures(written({320, 1280}))->sizes.size(), 2U);
  EXPECT_FALSE(parse_pictures(written({640, 1280})));
}

TEST(ResultFormat, refuses_every_piece_of_a_result) {
  const std::string whole = written({320, 640});
  const std::size_t first = written({320}).size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(parse_pictures(whole.substr(0, size)).has_value(), size == first) << size;
  }
  EXPECT_FALSE(parse_pictures(whole + "x"));
}

TEST(ResultFormat, refuses_what_the_child_never_writes) {
  EXPECT_FALSE(parse_pictures(written({640, 320})));
  EXPECT_FALSE(parse_pictures(written({320, 320})));
  EXPECT_FALSE(parse_pictures(written({321})));
  EXPECT_FALSE(parse_pictures("320 -1\n"));
  EXPECT_FALSE(parse_pictures("320 99999999999999999999\n"));
  EXPECT_FALSE(parse_pictures("320 16\n<svg onload=a()>"));
  std::string out;
  append_picture(out, 320,
                 "RIFF" + number(28) + "WEBPVP8 " + number(4) + "xxxxEXIF" + number(4) + "gps!");
  EXPECT_FALSE(parse_pictures(out)) << "nothing but the picture is in it";
  out.clear();
  append_picture(out, 320, webp() + "<script>");
  EXPECT_FALSE(parse_pictures(out)) << "nothing stands behind the picture";
}

}  // namespace
}  // namespace tillcast::pictures
