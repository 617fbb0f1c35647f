#include "pictures/picture_kind.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast::pictures {
namespace {

using namespace std::string_literals;

TEST(PictureKind, is_told_by_the_first_bytes) {
  EXPECT_EQ(picture_kind("\xFF\xD8\xFF\xE0rest"), PictureKind::kJpeg);
  EXPECT_EQ(picture_kind("\x89PNG\r\n\x1A\nIHDR"), PictureKind::kPng);
  EXPECT_EQ(picture_kind("RIFF\x10\0\0\0WEBPVP8X"s), PictureKind::kWebp);
}

TEST(PictureKind, is_nothing_for_what_browsers_could_run_and_for_other_formats) {
  for (const std::string& bytes :
       {"<svg xmlns='http://www.w3.org/2000/svg'/>"s, "<?xml version='1.0'?><svg/>"s,
        "<!DOCTYPE html>"s, "GIF89a/*"s, "BM\0\0\0\0"s, "II*\0"s, "%PDF-1.7"s,
        "RIFF\x10\0\0\0WAVEfmt "s, "RIFF"s, ""s, " \xFF\xD8\xFF"s, "\x89PNG\n"s,
        "\0\0\0\x20"s
        "ftypavif"s}) {
    EXPECT_EQ(picture_kind(bytes), std::nullopt) << bytes;
  }
}

TEST(PictureKind, needs_every_byte_of_the_signature) {
  const std::string png = "\x89PNG\r\n\x1A\n";
  for (std::size_t size = 0; size < png.size(); ++size) {
    EXPECT_EQ(picture_kind(png.substr(0, size)), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace tillcast::pictures
