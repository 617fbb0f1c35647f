#include "protocol/sse.h"

#include <gtest/gtest.h>

namespace tillcast::protocol::sse {
namespace {

std::string event(std::string_view name, std::string_view data, std::string_view id = {}) {
  std::string out;
  append_event(out, name, data, id);
  return out;
}

TEST(Sse, writes_a_name_data_and_an_id) {
  EXPECT_EQ(event("change", "{\"a\":1}", "E:7"), "event: change\ndata: {\"a\":1}\nid: E:7\n\n");
}

TEST(Sse, leaves_out_what_is_not_given) {
  EXPECT_EQ(event("", "x"), "data: x\n\n");
  EXPECT_EQ(event("left", ""), "event: left\ndata: \n\n");
}

TEST(Sse, splits_data_at_every_kind_of_line_break) {
  EXPECT_EQ(event("", "a\nb\rc\r\nd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
}

TEST(Sse, lets_no_name_or_id_break_out_of_its_line) {
  EXPECT_EQ(event("a\ndata: b", "x", "1\r\nevent: c"),
            "event: adata: b\ndata: x\nid: 1event: c\n\n");
}

TEST(Sse, writes_an_id_alone) {
  std::string out;
  append_id(out, "E:9");
  EXPECT_EQ(out, "id: E:9\n\n");
}

}  // namespace
}  // namespace tillcast::protocol::sse
