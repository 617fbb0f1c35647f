#include <gtest/gtest.h>

#include <string>

#include "protocol/utf8.h"
#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

TEST(FrameEncoder, writes_the_shortest_header_at_each_length) {
  const std::pair<std::size_t, std::string> cases[] = {
      {0, std::string("\x81\x00", 2)},
      {125, "\x81\x7D"},
      {126, std::string("\x81\x7E\x00\x7E", 4)},
      {65'535, "\x81\x7E\xFF\xFF"},
      {65'536, std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10)}};
  for (const auto& [n, header] : cases) {
    std::string out;
    append_frame(out, Opcode::kText, std::string(n, 'x'));
    EXPECT_EQ(out.substr(0, header.size()), header) << n;
    EXPECT_EQ(out.size(), frame_header_size(n) + n);
    EXPECT_EQ(header.size(), frame_header_size(n));
  }
}

TEST(FrameEncoder, marks_compressed_frames_and_appends) {
  std::string out = "first";
  append_frame(out, Opcode::kBinary, "ab", true);
  EXPECT_EQ(out,
            "first\xC2\x02"
            "ab");
}

TEST(FrameEncoder, writes_masked_frames_as_the_example_of_rfc_6455) {
  std::string out;
  const std::string key = "\x37\xFA\x21\x3D";
  std::uint32_t mask = 0;
  std::copy(key.begin(), key.end(), reinterpret_cast<char*>(&mask));
  append_masked_frame(out, Opcode::kText, "Hello", mask);
  EXPECT_EQ(out, "\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58");
}

TEST(FrameEncoder, tells_where_a_frame_of_its_own_ends) {
  for (const std::size_t n : {0U, 1U, 125U, 126U, 65'535U, 65'536U}) {
    std::string frames;
    append_frame(frames, Opcode::kBinary, std::string(n, 'x'));
    const std::size_t size = frames.size();
    frames += "more";
    EXPECT_EQ(unmasked_frame_size(frames), size);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, size - 1}) {
      EXPECT_EQ(unmasked_frame_size(std::string_view(frames).substr(0, cut)), std::nullopt) << n;
    }
  }
  EXPECT_EQ(unmasked_frame_size("HTTP/1.1 101"), std::nullopt);
}

TEST(FrameEncoder, writes_close_frames_that_fit) {
  std::string out;
  append_close(out, CloseCode::kGoingAway, "bye");
  EXPECT_EQ(out,
            "\x88\x05\x03\xE9"
            "bye");
  out.clear();
  append_close(out, CloseCode::kNoStatus, "ignored");
  EXPECT_EQ(out, std::string("\x88\x00", 2));
}

TEST(FrameEncoder, cuts_a_long_close_reason_between_code_points) {
  for (std::size_t before = 119; before < 125; ++before) {
    std::string out;
    append_close(out, CloseCode::kNormal, std::string(before, 'a') + "💶💶");
    EXPECT_LE(out.size(), 2U + 125U);
    EXPECT_GE(out.size(), 2U + 2U + 120U - 1U);
    EXPECT_EQ(static_cast<std::size_t>(out[1]), out.size() - 2);
    EXPECT_TRUE(is_utf8(std::string_view(out).substr(4))) << before;
  }
}

}  // namespace
}  // namespace tillcast::protocol
