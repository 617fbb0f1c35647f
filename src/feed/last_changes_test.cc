#include "feed/last_changes.h"

#include <gtest/gtest.h>

namespace tillcast::feed {
namespace {

storage::CommittedBatch batch(std::uint64_t lsn, std::string kind, std::string shop) {
  storage::Change change;
  change.lsn = change.txn = Lsn{lsn};
  change.kind = std::move(kind);
  change.shop_id = std::move(shop);
  return {{{{change}}}, Lsn{lsn}, Lsn{lsn}};
}

Lsn last(const LastChanges& changes, std::string_view kind, std::string_view shop) {
  return changes.last(LastChanges::cell(kind, shop));
}

TEST(LastChanges, counts_everything_as_changed_when_it_starts) {
  const LastChanges changes(Lsn{7});
  EXPECT_EQ(last(changes, "product", "a"), Lsn{7});
  EXPECT_EQ(changes.position(), Lsn{7});
}

TEST(LastChanges, knows_the_last_change_of_a_kind_in_a_shop_and_in_all) {
  LastChanges changes(Lsn{7});
  changes.note(batch(8, "product", "a"));
  changes.note(batch(9, "order", "a"));
  changes.note(batch(10, "user", ""));
  EXPECT_EQ(last(changes, "product", "a"), Lsn{8});
  EXPECT_EQ(last(changes, "product", ""), Lsn{8});
  EXPECT_EQ(last(changes, "product", "b"), Lsn{7});
  EXPECT_EQ(last(changes, "user", ""), Lsn{10});
  EXPECT_EQ(changes.position(), Lsn{10});
}

TEST(LastChanges, passes_over_what_was_noted) {
  LastChanges changes(Lsn{7});
  changes.note(batch(8, "product", "a"));
  changes.note(batch(8, "product", "b"));
  EXPECT_EQ(last(changes, "product", "b"), Lsn{7});
  EXPECT_EQ(changes.position(), Lsn{8});
}

TEST(LastChanges, counts_everything_as_changed_where_batches_are_left_out) {
  LastChanges changes(Lsn{7});
  changes.note(batch(12, "product", "a"));
  EXPECT_EQ(last(changes, "review", "b"), Lsn{12});
  EXPECT_EQ(changes.position(), Lsn{12});
}

}  // namespace
}  // namespace tillcast::feed
