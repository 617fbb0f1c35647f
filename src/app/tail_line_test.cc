#include "app/tail_line.h"

#include <gtest/gtest.h>

namespace tillcast::app {
namespace {

storage::Change sale() {
  storage::Change change;
  change.lsn = Lsn{12};
  change.txn = Lsn{11};
  change.op = storage::Op::kUpdated;
  change.kind = "product";
  change.id = "p1";
  change.shop_id = "s1";
  change.by = "u1";
  change.version = 3;
  change.at_ms = 1'700'000'000'123;
  change.changed = "stock,status";
  change.image =
      R"({"id":"p1","version":3,"created_at":"x","updated_at":"y","name":"Rye","stock":4,"status":"active"})";
  return change;
}

TEST(TailLine, has_all_that_the_log_knows_as_json) {
  EXPECT_EQ(tail_json(sale()),
            R"({"type":"change","lsn":12,"txn":11,"kind":"product","op":"updated","id":"p1",)"
            R"("version":3,"at":"2023-11-14T22:13:20.123Z","shop_id":"s1","by":"u1",)"
            R"("changed":["stock","status"],"record":)" +
                sale().image + "}");
  EXPECT_EQ(tail_reset_json(feed::ResetReason::kTooOld), R"({"type":"reset","reason":"too_old"})");
}

TEST(TailLine, shows_people_what_changed) {
  EXPECT_EQ(tail_text(tail_json(sale()), 0),
            "2023-11-14 22:13:20.123        12  updated  product       p1  stock=4  "
            "status=\"active\"  by u1");
  storage::Change created = sale();
  created.op = storage::Op::kCreated;
  created.changed.clear();
  EXPECT_EQ(tail_text(tail_json(created), 0),
            "2023-11-14 22:13:20.123        12  created  product       p1  name=\"Rye\"  stock=4  "
            "status=\"active\"  by u1");
}

TEST(TailLine, shows_a_rooms_message_as_well) {
  EXPECT_EQ(tail_text(R"({"type":"change","room":"market","lsn":7,"prev":5,"kind":"review",)"
                      R"("op":"deleted","id":"r1","version":2,"at":"2023-11-14T22:13:20.123Z"})",
                      0),
            "2023-11-14 22:13:20.123         7  deleted  review        r1");
  EXPECT_EQ(
      tail_text(R"({"type":"change","lsn":7,"kind":"product","op":"updated","id":"p",)"
                R"("at":"2023-11-14T22:13:20.123Z","patch":{"caption":null,"updated_at":"z"}})",
                0),
      "2023-11-14 22:13:20.123         7  updated  product       p  caption=null");
  EXPECT_EQ(tail_text(R"({"type":"reset","room":"market","reason":"too_old"})", 0),
            "-- reset: too_old");
}

TEST(TailLine, is_cut_to_the_terminal_between_characters) {
  const std::string json = R"({"type":"change","lsn":7,"kind":"k","op":"created","id":"äöü"})";
  const std::string whole = tail_text(json, 0);
  for (std::size_t width = 1; width < 60; ++width) {
    const std::string line = tail_text(json, width);
    std::size_t characters = 0;
    for (const char c : line)
      characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    EXPECT_LE(characters, width);
    if (line != whole) {
      EXPECT_EQ(line.substr(line.size() - 3), "…");
    }
  }
}

TEST(TailLine, cannot_steer_a_terminal) {
  storage::Change change = sale();
  change.changed.clear();
  change.id = "p\x1b[2J\x7f\xc2\x9b";
  change.image = "{\"name\":\"\\u001b[31m\xc2\x9b\"}";
  const std::string line = tail_text(tail_json(change), 0);
  for (const char bad : {'\x1b', '\x7f', '\x9b'}) EXPECT_EQ(line.find(bad), std::string::npos);
}

}  // namespace
}  // namespace tillcast::app
