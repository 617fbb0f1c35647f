#include "commerce/notifications.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;

class Notifications : public testing::ShopTest {
 protected:
  std::vector<RecordImage> all(const auth::Principal& who, std::size_t limit = 100) {
    std::vector<RecordImage> found;
    PageRequest request{.limit = limit, .cursor = ""};
    do {
      const Page page = store_
                            .read([&](storage::Queries& queries) {
                              return list_notifications(queries, who, request);
                            })
                            .value();
      found.insert(found.end(), page.items.begin(), page.items.end());
      request.cursor = page.next_cursor;
    } while (!request.cursor.empty());
    return found;
  }
  Outcome<RecordImage> mark(const auth::Principal& who, const std::string& id,
                            std::optional<std::int64_t> if_match = std::nullopt) {
    const Values values = values_of(Kind::kNotification, R"({"read":true})", BodyMode::kPatch,
                                    Writers::kOwnerAndShop);
    return store_.run(who, [&](const Context& context) {
      return patch_notification(context, id, values, if_match);
    });
  }
};

TEST_F(Notifications, are_listed_for_a_user_and_the_shops_that_they_work_for) {
  const std::string id = bread(100);
  for (int i = 0; i < 3; ++i) {
    store_.now_ms += 1;
    const std::string order_id = order(staff_, {{id, 1}}).value().id;
    store_.now_ms += 1;
    set_status(owner_, order_id, "confirmed").value();
  }
  const std::vector<RecordImage> seen = all(staff_);
  ASSERT_EQ(seen.size(), 6U) << "three of the shop, three of their own";
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(json_member(seen[i - 1].json, "created_at"), json_member(seen[i].json, "created_at"));
  }
  for (std::size_t limit = 1; limit <= 7; ++limit) EXPECT_EQ(all(staff_, limit).size(), 6U);
  EXPECT_EQ(all(owner_).size(), 3U);
  EXPECT_EQ(all(buyer_).size(), 0U);
  EXPECT_EQ(all(stranger_).size(), 0U);
  EXPECT_EQ(code_of(store_.read([&](storage::Queries& queries) {
              return list_notifications(queries, anonymous_, {});
            })),
            "unauthenticated");
}

TEST_F(Notifications, are_marked_as_read_by_those_whom_they_are_for) {
  order(buyer_, {{bread(100), 1}}).value();
  const std::string id = all(staff_).at(0).id;
  for (const auth::Principal& who : {buyer_, stranger_}) {
    EXPECT_EQ(code_of(mark(who, id)), "not_found");
  }
  EXPECT_EQ(code_of(mark(anonymous_, id)), "unauthenticated");
  EXPECT_EQ(code_of(mark(owner_, "nowhere")), "not_found");
  EXPECT_EQ(code_of(mark(staff_, id, 2)), "version_conflict");
  ASSERT_TRUE(mark(staff_, id, 1).has_value());
  EXPECT_EQ(store_.changes().at(0).changed, "read");
  EXPECT_EQ(json_member(all(staff_).at(0).json, "read"), "true");
}

}  // namespace
}  // namespace tillcast::commerce
