#include "commerce/snapshot.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/limits.h"
#include "commerce/fields.h"
#include "commerce/reviews.h"
#include "commerce/room_filter.h"
#include "commerce/testing.h"
#include "commerce/wishlist.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;

class Snapshot : public testing::ShopTest {
 protected:
  Snapshot() {
    active_ = bread(100);
    draft_ = bread(5, R"(,"status":"draft")");
    radio_ = add_product(stranger_, other_shop_, R"({"name":"Radio","price_minor":1,"stock":9})")
                 .value()
                 .id;
    order_ = order(buyer_, {{active_, 1}}).value().id;
    closed_ = order(buyer2_, {{active_, 1}}).value().id;
    set_status(owner_, closed_, "cancelled").value();
    const Values values =
        values_of(Kind::kReview, R"({"rating":4})", BodyMode::kCreate, Writers::kOwner);
    review_ =
        store_
            .run(buyer_,
                 [&](const Context& context) { return create_review(context, active_, values); })
            .value()
            .id;
  }

  Outcome<RoomSnapshot> page(const std::string& room, std::size_t limit, std::string_view cursor) {
    return store_.read([&](storage::Queries& queries) {
      return room_snapshot(queries, *auth::parse_room(room), limit, cursor);
    });
  }
  /// The ids of all records of the room, by kind, read in pages of `limit`.
  std::map<std::string, std::vector<std::string>> all(const std::string& room,
                                                      std::size_t limit = 500) {
    std::map<std::string, std::vector<std::string>> found;
    std::string cursor;
    int pages = 0;
    do {
      const RoomSnapshot part = page(room, limit, cursor).value();
      std::size_t records = 0;
      for (const KindRecords& kind : part.kinds) {
        for (const std::string& record : kind.records) {
          found[std::string(spec(kind.kind).name)].push_back(json_member(record, "id"));
          ++records;
        }
      }
      EXPECT_LE(records, limit);
      cursor = part.next_cursor;
    } while (!cursor.empty() && ++pages < 1'000);
    return found;
  }
  std::string json_of(const std::string& room) {
    return page(room, 500, "").value().records_json();
  }

  void expect_to_be_what_the_changes_make();

  std::string active_, draft_, radio_, order_, closed_, review_;
};

std::map<std::string, std::size_t> counts(
    const std::map<std::string, std::vector<std::string>>& records) {
  std::map<std::string, std::size_t> counted;
  for (const auto& [kind, ids] : records) {
    if (!ids.empty()) counted[kind] = ids.size();
  }
  return counted;
}

using Counts = std::map<std::string, std::size_t>;

TEST_F(Snapshot, of_the_market_holds_what_is_public_in_all_shops) {
  EXPECT_EQ(counts(all("market")), (Counts{{"shop", 2}, {"product", 2}, {"review", 1}}));
  EXPECT_EQ(json_of("market").find(draft_), std::string::npos);
  EXPECT_EQ(json_of("market").find("cost_minor"), std::string::npos);
}

TEST_F(Snapshot, of_a_shop_holds_what_is_public_in_it) {
  EXPECT_EQ(counts(all("shop:" + shop_)), (Counts{{"shop", 1}, {"product", 1}, {"review", 1}}));
  EXPECT_EQ(counts(all("shop:" + other_shop_)), (Counts{{"shop", 1}, {"product", 1}}));
}

TEST_F(Snapshot, of_a_desk_holds_all_that_its_people_work_with) {
  EXPECT_EQ(counts(all("desk:" + shop_)), (Counts{{"shop", 1},
                                                  {"member", 2},
                                                  {"product", 2},
                                                  {"order", 2},
                                                  {"stats", 2},
                                                  {"notification", 2},
                                                  {"stock_entry", 5}}));
  const std::string json = json_of("desk:" + shop_);
  EXPECT_NE(json.find("cost_minor"), std::string::npos);
  EXPECT_NE(json.find("buyer@example.com"), std::string::npos);
  EXPECT_EQ(json.find(radio_), std::string::npos) << "nothing of another shop";
}

TEST_F(Snapshot, of_a_user_holds_what_is_theirs) {
  const auto mine = all("user:" + buyer_.user_id);
  EXPECT_EQ(counts(mine), (Counts{{"user", 1}, {"cart", 1}, {"order", 1}}));
  EXPECT_EQ(mine.at("order"), std::vector<std::string>{order_});
  EXPECT_EQ(counts(all("user:" + buyer2_.user_id)),
            (Counts{{"user", 1}, {"cart", 1}, {"order", 1}, {"notification", 1}}));
  EXPECT_EQ(json_of("user:" + buyer_.user_id).find("profit"), std::string::npos);
}

TEST_F(Snapshot, of_the_admins_holds_all_desks_users_and_shops_and_no_cart) {
  const Counts found = counts(all("admin"));
  EXPECT_EQ(found, (Counts{{"user", 6},
                           {"shop", 2},
                           {"member", 3},
                           {"product", 3},
                           {"order", 2},
                           {"stats", 3},
                           {"notification", 2},
                           {"stock_entry", 6}}));
  EXPECT_EQ(json_of("admin").find("hash"), std::string::npos);
}

TEST_F(Snapshot, holds_no_review_of_a_product_that_is_off_sale) {
  change_product(owner_, active_, R"({"status":"archived"})").value();
  EXPECT_EQ(counts(all("market")), (Counts{{"shop", 2}, {"product", 1}}));
  EXPECT_EQ(counts(all("shop:" + shop_)), (Counts{{"shop", 1}}));
  expect_to_be_what_the_changes_make();
  change_product(owner_, active_, R"({"status":"active"})").value();
  EXPECT_EQ(counts(all("shop:" + shop_)), (Counts{{"shop", 1}, {"product", 1}, {"review", 1}}));
  EXPECT_EQ(json_of("market").find("visibility"), std::string::npos);
  expect_to_be_what_the_changes_make();
}

TEST_F(Snapshot, of_a_user_holds_the_wishlist_once_there_is_one) {
  store_.run(buyer_, [&](const Context& context) { return add_to_wishlist(context, active_); })
      .value();
  EXPECT_EQ(counts(all("user:" + buyer_.user_id)),
            (Counts{{"user", 1}, {"cart", 1}, {"wishlist", 1}, {"order", 1}}));
  EXPECT_EQ(counts(all("admin")).count("wishlist"), 0U);
  expect_to_be_what_the_changes_make();
}

TEST_F(Snapshot, of_a_desk_holds_its_jobs) {
  store_
      .run(owner_,
           [&](const Context& context) -> Outcome<Done> {
             Record job(Kind::kJob);
             job.set({{kId, std::string("job1")},
                      {spec(Kind::kJob).shop_field, shop_},
                      {find_field(spec(Kind::kJob), "product_id"), active_},
                      {find_field(spec(Kind::kJob), "worker"), std::string("caption")},
                      {find_field(spec(Kind::kJob), "state"), std::string("queued")},
                      {find_field(spec(Kind::kJob), "attempts"), std::int64_t{0}}});
             RecordWriter(context.transaction, context.now_ms, {}).insert(job);
             return Done{};
           })
      .value();
  EXPECT_EQ(counts(all("desk:" + shop_)).at("job"), 1U);
  EXPECT_EQ(counts(all("market")).count("job"), 0U);
  expect_to_be_what_the_changes_make();
}

TEST_F(Snapshot, is_the_same_in_pages_of_every_size) {
  for (const std::string& room : {std::string("market"), "shop:" + shop_, "desk:" + shop_,
                                  "user:" + buyer2_.user_id, std::string("admin")}) {
    const auto whole = all(room);
    for (const std::size_t limit : {1U, 2U, 3U, 7U}) {
      EXPECT_EQ(counts(all(room, limit)), counts(whole)) << room << ' ' << limit;
    }
  }
}

TEST_F(Snapshot, has_the_position_of_its_first_page_on_every_page) {
  const RoomSnapshot first = page("desk:" + shop_, 2, "").value();
  const Position now = store_.read([](storage::Queries& q) { return storage::log_position(q); });
  EXPECT_EQ(first.position, now);
  bread(1);
  const RoomSnapshot second = page("desk:" + shop_, 2, first.next_cursor).value();
  EXPECT_EQ(second.position, now);
  EXPECT_NE(page("desk:" + shop_, 2, "")->position, now);
}

TEST_F(Snapshot, of_a_room_that_is_not_there_is_refused) {
  for (const std::string room : {"shop:nowhere", "desk:nowhere", "user:nobody"}) {
    EXPECT_EQ(code_of(page(room, 10, "")), "not_found") << room;
  }
}

TEST_F(Snapshot, refuses_a_cursor_that_it_did_not_give) {
  EXPECT_EQ(code_of(page("market", 10, "nonsense")), "bad_cursor");
  const std::string cursor = page("desk:" + shop_, 2, "")->next_cursor;
  EXPECT_EQ(code_of(page("market", 10, cursor + "A")), "bad_cursor");
}

TEST_F(Snapshot, reads_with_another_rooms_cursor_only_its_own_room) {
  const std::string cursor = page("desk:" + other_shop_, 1, "")->next_cursor;
  const RoomSnapshot snapshot = page("shop:" + shop_, 500, cursor).value();
  EXPECT_EQ(snapshot.records_json().find(radio_), std::string::npos);
  EXPECT_EQ(snapshot.records_json().find("cost_minor"), std::string::npos);
}

TEST_F(Snapshot, of_a_desk_holds_every_open_order_and_the_latest_of_the_others) {
  const std::string many = bread(10'000);
  for (int i = 0; i < 230; ++i) {
    const std::string id = order(buyer_, {{many, 1}}).value().id;
    if (i % 10 != 0) set_status(owner_, id, "cancelled").value();
  }
  const auto desk = all("desk:" + shop_, 100);
  EXPECT_EQ(store_.number("SELECT count(*) FROM orders WHERE status = 'pending'"), 24);
  EXPECT_EQ(desk.at("order").size(), 24U + static_cast<std::size_t>(limits::kDeskClosedOrdersMax));
  const std::set<std::string> ids(desk.at("order").begin(), desk.at("order").end());
  EXPECT_EQ(ids.size(), desk.at("order").size()) << "none twice";
  EXPECT_FALSE(ids.contains(closed_)) << "the oldest closed one is not among the latest";
  EXPECT_TRUE(ids.contains(order_)) << "the oldest open one is";
  EXPECT_EQ(desk.at("notification").size(), static_cast<std::size_t>(kSnapshotNotificationsMax));
  EXPECT_EQ(desk.at("stock_entry").size(), static_cast<std::size_t>(kSnapshotStockEntriesMax));
}

// The sum of both ways into a room: what the snapshot holds is what the log's chain of that room
// makes of nothing.
void Snapshot::expect_to_be_what_the_changes_make() {
  for (const std::string& text : {std::string("market"), "shop:" + shop_, "desk:" + shop_,
                                  "user:" + buyer2_.user_id, std::string("admin")}) {
    const auth::RoomName room = *auth::parse_room(text);
    const auto changes = store_.read([&](storage::Queries& queries) {
      return storage::read_room(queries, room_filter(room), Lsn{}, 100'000, 100'000'000);
    });
    std::set<std::string> from_log;
    for (const storage::Change& change : changes.changes) {
      const bool is_there =
          room.kind == auth::RoomKind::kMarket || room.kind == auth::RoomKind::kShop
              ? change.public_after
              : change.op != storage::Op::kDeleted;
      const std::string name = change.kind + "/" + change.id;
      if (is_there) {
        from_log.insert(name);
      } else {
        from_log.erase(name);
      }
    }
    std::set<std::string> from_snapshot;
    for (const auto& [kind, ids] : all(text)) {
      for (const std::string& id : ids) from_snapshot.insert(std::string(kind).append("/") + id);
    }
    EXPECT_EQ(from_snapshot, from_log) << text;
  }
}

TEST_F(Snapshot, is_what_the_rooms_changes_make) { expect_to_be_what_the_changes_make(); }

TEST(RoomFilter, is_the_index_of_the_room) {
  const auto filter = [](std::string_view room) { return room_filter(*auth::parse_room(room)); };
  EXPECT_EQ(filter("market").audience, storage::kPublic);
  EXPECT_EQ(filter("market").key, "");
  EXPECT_EQ(filter("shop:s1").audience, storage::kPublic);
  EXPECT_EQ(filter("shop:s1").key, "s1");
  EXPECT_EQ(filter("desk:s1").audience, storage::kDesk);
  EXPECT_EQ(filter("desk:s1").key, "s1");
  EXPECT_EQ(filter("user:u1").audience, storage::kOwner);
  EXPECT_EQ(filter("user:u1").key, "u1");
  EXPECT_EQ(filter("admin").audience, storage::kAdmin);
  EXPECT_EQ(filter("admin").key, "");
}

}  // namespace
}  // namespace tillcast::commerce
