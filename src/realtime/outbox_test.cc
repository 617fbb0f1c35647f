#include "realtime/outbox.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tillcast::realtime
