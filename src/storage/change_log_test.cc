// What storage/change_log.h promises, on every engine.
#include "storage/change_log.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "storage/engine_test.h"

namespace tillcast::storage {
namespace {

using testing::IsEmpty;
using Lsns = std::vector<std::uint64_t>;
constexpr std::size_t kBytes = 1'000'000;

const RoomFilter kMarket{kPublic, ""};
const RoomFilter kShopOne{kPublic, "one"};
const RoomFilter kShopTwo{kPublic, "two"};
const RoomFilter kDeskOne{kDesk, "one"};
const RoomFilter kDeskTwo{kDesk, "two"};
const RoomFilter kUserAnna{kOwner, "anna"};
const RoomFilter kUserBert{kOwner, "bert"};
const RoomFilter kAdminRoom{kAdmin, ""};

struct Logged {
  std::string shop;
  std::string user;
  AudienceSet audience;
};

/// lsn:             1        2        3     4     5      6      7     8
/// market           x                 x           x
/// shop one         x                 x
/// shop two                                       x
/// desk one         x        x        x                         x
/// desk two                                 x     x
/// user anna                 x                                  x
/// user bert                                x             x
/// admin            x        x        x     x     x             x     x
const std::vector<Logged> kLog = {
    {"one", "", kPublic | kDesk | kAdmin},    {"one", "anna", kDesk | kOwner | kAdmin},
    {"one", "", kPublic | kDesk | kAdmin},    {"two", "bert", kDesk | kOwner | kAdmin},
    {"two", "", kPublic | kDesk | kAdmin},    {"", "bert", kOwner},
    {"one", "anna", kDesk | kOwner | kAdmin}, {"", "", kAdmin}};

const std::vector<std::pair<RoomFilter, Lsns>> kRooms = {
    {kMarket, {1, 3, 5}},  {kShopOne, {1, 3}},
    {kShopTwo, {5}},       {kDeskOne, {1, 2, 3, 7}},
    {kDeskTwo, {4, 5}},    {kUserAnna, {2, 7}},
    {kUserBert, {4, 6}},   {kAdminRoom, {1, 2, 3, 4, 5, 7, 8}},
    {{kDesk, "none"}, {}},
};

class ChangeLogContract : public EngineTest {
 protected:
  ChangeLogContract() : writer_(database_->open_writer()) {
    for (const Logged& logged : kLog) {
      commit(*writer_, [&logged](Transaction& t) {
        Change change = thing_change("thing", logged.audience);
        change.shop_id = logged.shop;
        change.user_id = logged.user;
        t.log(change);
      });
    }
  }

  RoomPage read(const RoomFilter& room, std::uint64_t since, std::size_t changes_max = 100,
                std::size_t bytes_max = kBytes) {
    RoomPage page;
    database_->open_reader()->snapshot(
        [&](Queries& q) { page = read_room(q, room, Lsn{since}, changes_max, bytes_max); });
    return page;
  }

  std::uint64_t head(const RoomFilter& room, std::uint64_t at) {
    std::uint64_t lsn = 0;
    database_->open_reader()->snapshot(
        [&](Queries& q) { lsn = room_head(q, room, Lsn{at}).get(); });
    return lsn;
  }

  std::int64_t prune(std::uint64_t upto) {
    std::int64_t rows = 0;
    commit(*writer_, [&](Transaction& t) { rows = prune_log(t, Lsn{upto}); });
    return rows;
  }

  std::unique_ptr<Writer> writer_;
};
TILLCAST_ON_EVERY_ENGINE(ChangeLogContract);

TEST_P(ChangeLogContract, a_change_comes_back_as_it_was_logged) {
  Change change = thing_change("k", kPublic | kOwner);
  change.op = Op::kDeleted;
  change.by = "anna";
  change.version = 7;
  change.at_ms = 1'700'000'000'123;
  change.public_before = true;
  change.public_after = false;
  change.changed = "name,price_minor";
  const auto batch = commit(*writer_, [&](Transaction& t) { t.log(change); });
  const Change& committed = batch->transactions.at(0).changes.at(0);
  const RoomPage page = read({kOwner, "user"}, 0);
  ASSERT_EQ(page.changes.size(), 1U);
  for (const Change* read_back : {&committed, &page.changes[0]}) {
    EXPECT_EQ(read_back->lsn, Lsn{9});
    EXPECT_EQ(read_back->txn, Lsn{9});
    EXPECT_EQ(read_back->op, Op::kDeleted);
    EXPECT_EQ(read_back->kind, "thing");
    EXPECT_EQ(read_back->id, "k");
    EXPECT_EQ(read_back->shop_id, "shop");
    EXPECT_EQ(read_back->user_id, "user");
    EXPECT_EQ(read_back->by, "anna");
    EXPECT_EQ(read_back->version, 7);
    EXPECT_EQ(read_back->at_ms, 1'700'000'000'123);
    EXPECT_EQ(read_back->audience, kPublic | kOwner);
    EXPECT_TRUE(read_back->public_before);
    EXPECT_FALSE(read_back->public_after);
    EXPECT_EQ(read_back->changed, "name,price_minor");
    EXPECT_EQ(read_back->image, R"({"id":"k"})");
  }
}

TEST_P(ChangeLogContract, a_room_holds_exactly_the_changes_of_its_audience_and_key) {
  for (const auto& [room, lsns] : kRooms) {
    const RoomPage page = read(room, 0);
    EXPECT_EQ(lsns_of(page.changes), lsns) << int{room.audience} << room.key;
    EXPECT_EQ(page.head, Lsn{8});
    EXPECT_EQ(page.prev, Lsn{0});
    EXPECT_TRUE(page.complete);
    EXPECT_TRUE(page.exact);
  }
}

TEST_P(ChangeLogContract, pages_of_any_size_join_into_the_whole_chain) {
  for (const auto& [room, lsns] : kRooms) {
    for (std::size_t size = 1; size <= 4; ++size) {
      Lsns joined;
      std::uint64_t since = 0;
      for (bool complete = false; !complete;) {
        const RoomPage page = read(room, since, size);
        EXPECT_EQ(page.prev.get(), joined.empty() ? 0 : joined.back());
        EXPECT_LE(page.changes.size(), size);
        for (const Change& change : page.changes) joined.push_back(change.lsn.get());
        complete = page.complete;
        if (!page.changes.empty()) since = joined.back();
        ASSERT_TRUE(complete || !page.changes.empty());
      }
      EXPECT_EQ(joined, lsns);
    }
  }
}

TEST_P(ChangeLogContract, prev_is_the_room_s_last_change_even_if_since_is_another_room_s) {
  const RoomPage page = read(kDeskOne, 6);
  EXPECT_EQ(page.prev, Lsn{3});
  EXPECT_EQ(lsns_of(page.changes), (Lsns{7}));
  EXPECT_EQ(head(kDeskOne, 6), 3U);
  EXPECT_EQ(head(kDeskOne, 7), 7U);
  EXPECT_EQ(head(kDeskOne, 0), 0U);
  EXPECT_EQ(head(kShopTwo, 4), 0U);
}

TEST_P(ChangeLogContract, a_page_ends_at_its_bytes_but_always_moves_on) {
  const std::size_t image_bytes = thing_change("thing").image.size();
  EXPECT_EQ(lsns_of(read(kDeskOne, 0, 100, 2 * image_bytes).changes), (Lsns{1, 2}));
  const RoomPage tiny = read(kDeskOne, 0, 100, 1);
  EXPECT_EQ(lsns_of(tiny.changes), (Lsns{1}));
  EXPECT_FALSE(tiny.complete);
}

TEST_P(ChangeLogContract, a_since_that_the_log_never_reached_gives_an_empty_page) {
  for (const std::uint64_t since : {std::uint64_t{9}, std::uint64_t{INT64_MAX}, UINT64_MAX}) {
    const RoomPage page = read(kMarket, since);
    EXPECT_THAT(page.changes, IsEmpty());
    EXPECT_TRUE(page.complete);
    EXPECT_EQ(page.prev, Lsn{5});
    EXPECT_EQ(page.head, Lsn{8});
  }
}

TEST_P(ChangeLogContract, pruning_is_recorded_room_by_room) {
  EXPECT_EQ(prune(4), 4);
  const std::map<std::string, std::uint64_t> pruned = {{"1", 3},     {"1one", 3}, {"1two", 0},
                                                       {"2one", 3},  {"2two", 4}, {"4anna", 2},
                                                       {"4bert", 4}, {"8", 4},    {"2none", 0}};
  for (const auto& [room, lsns] : kRooms) {
    const std::uint64_t last_pruned = pruned.at(std::to_string(int{room.audience}) + room.key);
    for (std::uint64_t since = 0; since <= 8; ++since) {
      const RoomPage page = read(room, since);
      EXPECT_EQ(page.exact, since >= last_pruned)
          << int{room.audience} << room.key << " since " << since;
      if (!page.exact) continue;
      Lsns missed;
      std::uint64_t prev = 0;
      for (const std::uint64_t lsn : lsns) {
        if (lsn > since) missed.push_back(lsn);
        if (lsn <= since) prev = lsn;
      }
      EXPECT_EQ(lsns_of(page.changes), missed);
      EXPECT_EQ(page.prev.get(), prev) << "the chain must go on over what was pruned";
      EXPECT_EQ(head(room, since), prev);
    }
  }
}

TEST_P(ChangeLogContract, pruning_again_moves_the_mark_on_and_never_back) {
  prune(4);
  EXPECT_EQ(prune(4), 0);
  EXPECT_EQ(prune(2), 0);
  EXPECT_TRUE(read(kDeskTwo, 4).exact);
  EXPECT_FALSE(read(kDeskTwo, 3).exact);
  EXPECT_EQ(prune(6), 2);
  EXPECT_FALSE(read(kDeskTwo, 4).exact);
  EXPECT_TRUE(read(kDeskTwo, 5).exact);
  EXPECT_TRUE(read(kDeskOne, 3).exact) << "nothing of this room was between 4 and 6";
}

TEST_P(ChangeLogContract, the_newest_row_stays_so_lsns_are_never_given_twice) {
  EXPECT_EQ(prune(UINT64_MAX), 7);
  EXPECT_EQ(read(kAdminRoom, 7).head, Lsn{8});
  commit(*writer_, [](Transaction& t) { EXPECT_EQ(t.log(thing_change("next")), Lsn{9}); });
}

TEST_P(ChangeLogContract, is_read_whole_for_who_looks_after_it) {
  const auto lsns_after = [&](std::uint64_t since, std::size_t changes_max) {
    std::pair<Lsns, bool> found;
    database_->open_reader()->snapshot([&](Queries& q) {
      const LogPage page = read_log(q, Lsn{since}, changes_max);
      found = {lsns_of(page.changes), page.exact};
    });
    return found;
  };
  EXPECT_EQ(lsns_after(0, 3), std::pair(Lsns{1, 2, 3}, true));
  EXPECT_EQ(lsns_after(6, 10), std::pair(Lsns{7, 8}, true));
  EXPECT_EQ(lsns_after(8, 10), std::pair(Lsns{}, true));
  EXPECT_EQ(lsns_after(UINT64_MAX, 10), std::pair(Lsns{}, true));
  prune(4);
  EXPECT_EQ(lsns_after(3, 2), std::pair(Lsns{5, 6}, false));
  EXPECT_EQ(lsns_after(4, 2), std::pair(Lsns{5, 6}, true));
}

class LogRetentionContract : public EngineTest {
 protected:
  LogRetentionContract() : writer_(database_->open_writer()) {}

  /// Logs `count` changes of this time, some in each transaction.
  void log(int count, std::int64_t at_ms) {
    for (int i = 0; i < count; i += 100) {
      commit(*writer_, [&](Transaction& t) {
        for (int j = i; j < std::min(count, i + 100); ++j) {
          Change change = thing_change("thing");
          change.at_ms = at_ms;
          t.log(change);
        }
      });
    }
  }
  bool step(const LogRetention& keep, std::int64_t now_ms) {
    bool more = false;
    commit(*writer_, [&](Transaction& t) { more = prune_log_step(t, keep, now_ms); });
    return more;
  }
  std::int64_t oldest() {
    std::int64_t lsn = 0;
    database_->open_reader()->snapshot([&](Queries& q) {
      q.query("SELECT min(lsn) FROM changes", {}, [&](const Row& row) { lsn = row.integer(0); });
    });
    return lsn;
  }

  std::unique_ptr<Writer> writer_;
};
TILLCAST_ON_EVERY_ENGINE(LogRetentionContract);

TEST_P(LogRetentionContract, keeps_what_is_young_or_among_the_last) {
  log(10, 1'000);
  log(10, 2'000);
  const LogRetention by_age{.age_ms_max = 500, .changes_min = 3, .changes_max = 100};
  EXPECT_FALSE(step(by_age, 1'500));
  EXPECT_EQ(oldest(), 1) << "500 ms old is not too old";
  EXPECT_FALSE(step(by_age, 1'501));
  EXPECT_EQ(oldest(), 11);
  EXPECT_FALSE(step(by_age, 100'000));
  EXPECT_EQ(oldest(), 18) << "the last three stay whatever their age";
}

TEST_P(LogRetentionContract, keeps_no_more_than_so_many_changes) {
  log(20, 1'000);
  EXPECT_FALSE(step({.age_ms_max = 1'000'000, .changes_min = 15, .changes_max = 4}, 1'000));
  EXPECT_EQ(oldest(), 17);
  EXPECT_FALSE(step({.age_ms_max = 0, .changes_min = 0, .changes_max = 0}, 2'000));
  EXPECT_EQ(oldest(), 20) << "the newest stays always";
  EXPECT_FALSE(step({}, 2'000));
}

TEST_P(LogRetentionContract, goes_in_steps_of_a_bounded_size) {
  log(static_cast<int>(limits::kLogPrunedPerStepMax) * 2 + 10, 1'000);
  const LogRetention keep{.age_ms_max = 0, .changes_min = 10, .changes_max = 100'000};
  EXPECT_TRUE(step(keep, 5'000));
  EXPECT_EQ(oldest(), 501);
  EXPECT_TRUE(step(keep, 5'000));
  EXPECT_FALSE(step(keep, 5'000));
  EXPECT_EQ(oldest(), 1'001);
  database_->open_reader()->snapshot([&](Queries& q) {
    EXPECT_FALSE(read_room(q, {kPublic, ""}, Lsn{999}, 10, 1'000).exact);
    EXPECT_TRUE(read_room(q, {kPublic, ""}, Lsn{1'000}, 10, 1'000).exact);
    EXPECT_EQ(read_room(q, {kPublic, ""}, Lsn{999}, 10, 1'000).pruned, Lsn{1'000});
  });
}

TEST_P(ChangeLogContract, pruning_an_empty_log_does_nothing) {
  const auto store = GetParam().make_store();
  const auto database = store->open();
  const auto writer = database->open_writer();
  commit(*writer, [](Transaction& t) { EXPECT_EQ(prune_log(t, Lsn{100}), 0); });
}

TEST_P(ChangeLogContract, the_log_is_read_in_whole_transactions_whatever_their_rooms) {
  const auto writer = database_->open_writer();
  writer->begin();
  for (const int size : {1, 3, 2}) {
    Transaction& transaction = writer->begin_command();
    for (int i = 0; i < size; ++i) transaction.log(thing_change("a", i == 0 ? kPublic : kDesk));
    writer->keep_command();
  }
  const auto committed = writer->commit();
  const std::uint64_t base = committed->first.get() - 1;
  database_->open_reader()->snapshot([&](Queries& queries) {
    // How far a batch goes behind `base`, and how many changes each transaction of it has.
    const auto sizes = [&](std::uint64_t since, std::size_t changes_max) {
      const CommittedBatch batch = read_transactions(queries, Lsn{base + since}, changes_max);
      EXPECT_EQ(batch.first, Lsn{base + since + 1});
      std::vector<std::uint64_t> all = {batch.last.get() - base};
      for (const auto& transaction : batch.transactions) all.push_back(transaction.changes.size());
      return all;
    };
    using Numbers = std::vector<std::uint64_t>;
    EXPECT_EQ(sizes(0, 1), (Numbers{1, 1}));
    EXPECT_EQ(sizes(0, 2), (Numbers{4, 1, 3}));
    EXPECT_EQ(sizes(1, 3), (Numbers{4, 3}));
    EXPECT_EQ(sizes(0, 100), (Numbers{6, 1, 3, 2}));
    EXPECT_EQ(sizes(6, 10), (Numbers{6}));
    EXPECT_EQ(sizes(UINT64_MAX / 2, 10), (Numbers{UINT64_MAX / 2}));
    EXPECT_EQ(read_transactions(queries, Lsn{base}, 100).transactions[1].changes[2].id,
              committed->transactions[1].changes[2].id);
  });
}

}  // namespace
}  // namespace tillcast::storage
