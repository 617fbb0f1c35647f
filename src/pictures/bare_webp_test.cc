#include "pictures/bare_webp.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace tillcast::pictures {
namespace {

std::string number(std::size_t value) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

std::string chunk(const std::string& name, const std::string& data) {
  return name + number(data.size()) + data + std::string(data.size() % 2, '\0');
}

std::string file(std::initializer_list<std::string> chunks) {
  std::string body = "WEBP";
  for (const std::string& each : chunks) body += each;
  return "RIFF" + number(body.size()) + body;
}

const std::string kLossy = chunk("VP8 ", "pixels!");
const std::string kAlpha = chunk("ALPH", "opacity");
/// All flags set: animation, XMP, EXIF, opacity, profile.
const std::string kExtended = chunk("VP8X", "\x3E" + std::string(3, '\0') + "123456");

TEST(BareWebp, is_the_picture_alone) {
  EXPECT_EQ(bare_webp(file({kLossy})), file({kLossy}));
  EXPECT_EQ(bare_webp(file({kExtended, chunk("ICCP", "profile"), kLossy, chunk("EXIF", "Berlin"),
                            chunk("XMP ", "<x>"), chunk("ABCD", "<script>")})),
            file({kLossy}));
  EXPECT_EQ(bare_webp(file({chunk("VP8L", "pixels")})), file({chunk("VP8L", "pixels")}));
}

TEST(BareWebp, keeps_opacity_and_no_other_flag) {
  const auto bare = bare_webp(file({kExtended, kAlpha, kLossy, chunk("EXIF", "Berlin")}));
  EXPECT_EQ(bare, file({chunk("VP8X", "\x10" + std::string(3, '\0') + "123456"), kAlpha, kLossy}));
  EXPECT_EQ(bare_webp(*bare), bare) << "once more is the same";
}

TEST(BareWebp, is_nothing_for_what_is_no_still_picture) {
  EXPECT_EQ(bare_webp(""), std::nullopt);
  EXPECT_EQ(bare_webp(file({})), std::nullopt);
  EXPECT_EQ(bare_webp(file({kExtended, chunk("ANIM", "123456"), chunk("ANMF", "frame")})),
            std::nullopt);
  EXPECT_EQ(bare_webp(file({kLossy, chunk("VP8L", "pixels")})), std::nullopt) << "which one is it?";
  EXPECT_EQ(bare_webp(file({kAlpha, kLossy})), std::nullopt);
}

TEST(BareWebp, is_nothing_for_a_file_of_another_length) {
  const std::string whole = file({kExtended, kAlpha, kLossy});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(bare_webp(whole.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(bare_webp(whole + "<script>"), std::nullopt);
  EXPECT_EQ(bare_webp(file({"VP8 " + number(4'000'000'000) + "x"})), std::nullopt);
}

}  // namespace
}  // namespace tillcast::pictures
