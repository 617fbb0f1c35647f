#include "feed/log_pages.h"

#include <gtest/gtest.h>

#include <map>

#include <limits>

#include "commerce/room_filter.h"
#include "feed/testing.h"

namespace tillcast::feed {
namespace {

using storage::kAdmin;
using storage::kDesk;
using storage::kPublic;
using testing::change;
using testing::room_named;
using Lsns = std::vector<std::uint64_t>;

class LogPages : public ::testing::Test {
 protected:
  WholePage read(std::string_view room, std::uint64_t since, std::size_t changes_max,
                 std::size_t bytes_max = std::numeric_limits<std::size_t>::max()) {
    WholePage page;
    store.reader().snapshot([&](storage::Queries& queries) {
      page = read_whole_transactions(queries, commerce::room_filter(room_named(room)), Lsn{since},
                                     changes_max, bytes_max);
    });
    return page;
  }
  storage::CommittedBatch read_back(std::vector<storage::RoomFilter> rooms, std::uint64_t since,
                                    std::size_t changes_max) {
    storage::CommittedBatch batch;
    store.reader().snapshot([&](storage::Queries& queries) {
      batch = feed::read_back(queries, rooms, Lsn{since}, changes_max).batch;
    });
    return batch;
  }
  static Lsns lsns(const std::vector<storage::Change>& changes) {
    Lsns found;
    for (const auto& one : changes) found.push_back(one.lsn.get());
    return found;
  }
  static std::vector<Lsns> lsns(const storage::CommittedBatch& batch) {
    std::vector<Lsns> found;
    for (const auto& transaction : batch.transactions) found.push_back(lsns(transaction.changes));
    return found;
  }

  testing::Store store;
  /// A change of shop a in both its rooms, one in its desk alone, one of shop b.
  const storage::Change both = change(kPublic | kDesk, "a");
  const storage::Change desk = change(kDesk, "a");
  const storage::Change other = change(kPublic | kDesk, "b");
};

TEST_F(LogPages, end_between_two_transactions) {
  store.commit({{both, other, both}, {desk}, {both, both, other}});  // 1-3, 4, 5-7
  const WholePage page = read("desk:a", 0, 4);
  EXPECT_EQ(lsns(page.page.changes), (Lsns{1, 3, 4}));
  EXPECT_EQ(page.end, Lsn{4});
  EXPECT_FALSE(page.page.complete);

  const WholePage rest = read("desk:a", page.end.get(), 4);
  EXPECT_EQ(lsns(rest.page.changes), (Lsns{5, 6}));
  EXPECT_EQ(rest.page.prev, Lsn{4});
  EXPECT_TRUE(rest.page.complete);
  EXPECT_EQ(rest.end, Lsn{7});
}

TEST_F(LogPages, are_as_large_as_a_transaction_that_is_larger) {
  store.commit({{both, both, both, both}, {both}});
  EXPECT_EQ(lsns(read("shop:a", 0, 2).page.changes), (Lsns{1, 2, 3, 4}));
  EXPECT_EQ(lsns(read("shop:a", 0, 100, 1).page.changes), (Lsns{1, 2, 3, 4}));
  EXPECT_EQ(read("shop:a", 0, 2).end, Lsn{4});
  EXPECT_FALSE(read("shop:a", 0, 2).page.complete);
  // A client may have seen a part of it.
  EXPECT_EQ(lsns(read("shop:a", 2, 1).page.changes), (Lsns{3, 4}));
}

TEST_F(LogPages, of_a_replay_give_each_transaction_to_the_projection_once) {
  store.commit({{both, other, both}, {desk}, {both}});
  testing::PlainProjection projection;
  ReplayPage page;
  store.reader().snapshot([&](storage::Queries& queries) {
    page = read_replay_page(queries, projection, room_named("shop:a"), Lsn{0}, {});
  });
  EXPECT_EQ(projection.slices, 2U);
  ASSERT_EQ(page.messages.size(), 3U);
  EXPECT_EQ(page.messages[0].publication->text, "change shop:a 1 0");
  EXPECT_EQ(page.messages[1].publication->text, "change shop:a 3 1");
  EXPECT_EQ(page.messages[2].publication->text, "change shop:a 5 3");
  EXPECT_TRUE(page.complete);
  EXPECT_EQ(page.end, Lsn{5});
}

TEST_F(LogPages, of_several_rooms_make_one_batch_without_doubles) {
  store.commit({{both, other, desk}, {other}, {both}});
  const auto batch = read_back({{kDesk, "a"}, {kPublic, "a"}, {kPublic, ""}}, 0, 100);
  EXPECT_EQ(lsns(batch), (std::vector<Lsns>{{1, 2, 3}, {4}, {5}}));
  EXPECT_EQ(batch.first, Lsn{1});
  EXPECT_EQ(batch.last, Lsn{5});
}

TEST_F(LogPages, of_several_rooms_are_cut_where_the_shortest_ends) {
  store.commit({{both, other}, {both, other}, {other}, {both, other}});  // 1-2 3-4 5 6-7
  std::vector<Lsns> all;
  Lsn since;
  for (int round = 0; since < Lsn{7} && round < 10; ++round) {
    const auto batch = read_back({{kDesk, "a"}, {kDesk, "b"}}, since.get(), 2);
    EXPECT_EQ(batch.first.get(), since.get() + 1);
    EXPECT_GT(batch.last, since);
    since = batch.last;
    for (const Lsns& transaction : lsns(batch)) all.push_back(transaction);
  }
  EXPECT_EQ(all, (std::vector<Lsns>{{1, 2}, {3, 4}, {5}, {6, 7}}));
}

TEST_F(LogPages, of_several_rooms_name_those_that_were_pruned) {
  store.commit({{desk}, {both}, {other}, {both}, {desk}});
  store.prune(Lsn{3});
  const auto read = [&](std::uint64_t since, std::size_t changes_max) {
    const std::vector<storage::RoomFilter> rooms = {
        {kDesk, "a"}, {kPublic, "a"}, {kPublic, "b"}, {kAdmin, ""}};
    ReadBack found;
    store.reader().snapshot([&](storage::Queries& queries) {
      found = feed::read_back(queries, rooms, Lsn{since}, changes_max);
    });
    std::map<std::size_t, std::uint64_t> pruned;
    for (const PrunedRoom& room : found.pruned) pruned[room.room] = room.upto.get();
    return std::pair(pruned, found.batch.last.get());
  };
  using Pruned = std::map<std::size_t, std::uint64_t>;
  EXPECT_EQ(read(0, 100), std::pair(Pruned({{0, 2}, {1, 2}, {2, 3}}), std::uint64_t{5}));
  EXPECT_EQ(read(2, 100), std::pair(Pruned({{2, 3}}), std::uint64_t{5}));
  EXPECT_EQ(read(3, 100), std::pair(Pruned(), std::uint64_t{5}));
}

TEST_F(LogPages, of_rooms_that_got_nothing_reach_the_end_of_the_log) {
  store.commit({{both}, {both}});
  const auto batch = read_back({{kAdmin, ""}}, 0, 100);
  EXPECT_TRUE(batch.transactions.empty());
  EXPECT_EQ(batch.last, Lsn{2});
}

}  // namespace
}  // namespace tillcast::feed
