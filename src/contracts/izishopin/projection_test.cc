#include "contracts/izishopin/projection.h"

#include <gtest/gtest.h>

namespace tillcast::contracts::izishopin_unit {
namespace {

using storage::Change;

Change stats(std::uint64_t lsn, std::string_view shop_id, std::string_view day, int orders) {
  Change change;
  change.txn = Lsn{8};
  change.lsn = Lsn{lsn};
  change.kind = "stats";
  change.op = storage::Op::kUpdated;
  change.shop_id = shop_id;
  change.id = change.shop_id + '_' + std::string(day);
  change.changed = "orders";
  change.image = R"({"day":")" + std::string(day) + R"(","orders":)" + std::to_string(orders) + "}";
  return change;
}

std::vector<std::string> project(std::string_view room, const std::vector<Change>& changes) {
  std::vector<const Change*> slice;
  for (const Change& change : changes) slice.push_back(&change);
  std::vector<feed::Message> messages;
  Projection().project(auth::parse_room(room).value(), Lsn{1}, slice, messages);
  std::vector<std::string> texts;
  for (const auto& message : messages) texts.push_back(message.publication->text);
  return texts;
}

TEST(IzishopinProjection, tells_a_dashboard_though_another_shop_s_day_is_told_behind_it) {
  const auto texts =
      project("admin", {stats(8, "s1", "total", 7), stats(9, "s2", "2026-11-21", 3)});
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find(R"("type":"dashboard_update")"), std::string::npos);
  EXPECT_NE(texts[0].find(R"("total_orders":7)"), std::string::npos);
}

TEST(IzishopinProjection, tells_no_dashboard_of_a_day_alone) {
  EXPECT_TRUE(project("desk:s1", {stats(8, "s1", "2026-11-21", 3)}).empty());
}

}  // namespace
}  // namespace tillcast::contracts::izishopin_unit
