#include "realtime/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/websocket.h"

namespace tillcast::realtime {
namespace {

TEST(Outbox, gives_the_same_bytes_whatever_each_send_takes) {
  for (std::size_t step = 1; step < 40; ++step) {
    Outbox outbox;
    outbox.append_copy("abc");
    outbox.append_copy("def");
    outbox.append(std::make_shared<const std::string>("shared bytes"), 2);
    outbox.append(std::make_shared<const std::string>("gone"), 4);
    outbox.append_copy("end");
    std::string got;
    std::string scratch;
    for (int i = 0; i < 100 && !outbox.empty(); ++i) {
      std::size_t room = step;
      outbox.flush(scratch, [&](std::string_view bytes) {
        const std::size_t taken = std::min(room, bytes.size());
        got.append(bytes.substr(0, taken));
        room -= taken;
        return taken;
      });
    }
    EXPECT_EQ(got, "abcdefared bytesend") << step;
    EXPECT_EQ(outbox.bytes(), 0U);
  }
}

TEST(Outbox, puts_several_pieces_into_one_send) {
  Outbox outbox;
  for (int i = 0; i < 10; ++i) outbox.append(std::make_shared<const std::string>("piece"));
  int sends = 0;
  std::string scratch;
  outbox.flush(scratch, [&](std::string_view bytes) {
    ++sends;
    return bytes.size();
  });
  EXPECT_EQ(sends, 1);
}

TEST(Outbox, knows_what_is_left_of_a_frame_that_was_sent_in_part) {
  std::string frames;
  protocol::append_frame(frames, protocol::Opcode::kText, "first");
  const std::size_t boundary = frames.size();
  protocol::append_frame(frames, protocol::Opcode::kText, std::string(300, 'x'));
  for (const bool shared : {false, true}) {
    for (std::size_t sent = 0; sent < frames.size(); ++sent) {
      Outbox outbox;
      if (shared) {
        outbox.append(std::make_shared<const std::string>(frames), sent);
      } else {
        outbox.append_copy(frames);
        std::string scratch;
        outbox.flush(scratch, [&](std::string_view bytes) { return std::min(sent, bytes.size()); });
      }
      const std::size_t end = sent == 0 ? 0 : sent <= boundary ? boundary : frames.size();
      EXPECT_EQ(outbox.rest_of_frame(), frames.substr(sent, end - sent)) << sent;
    }
  }
  Outbox other;
  other.append(std::make_shared<const std::string>("HTTP/1.1 200 OK"), 4);
  EXPECT_EQ(other.rest_of_frame(), std::nullopt);
}

TEST(Outbox, who_is_always_a_little_behind_makes_no_piece_that_never_ends) {
  Outbox outbox;
  std::string scratch;
  const std::string message(1'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    outbox.append_copy(message);
    // Takes all but the last message.
    const std::size_t takes = i == 0 ? 0 : message.size();
    outbox.flush(scratch, [&](std::string_view) { return takes; });
  }
  EXPECT_EQ(outbox.bytes(), message.size());
  EXPECT_LE(outbox.held_bytes(), 32U * 1024U);
}

}  // namespace
}  // namespace tillcast::realtime
