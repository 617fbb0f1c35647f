#include "auth/policy.h"

#include <gtest/gtest.h>

#include <array>

namespace tillcast::auth {
namespace {

Principal anonymous() { return {}; }
Principal customer() { return {.user_id = "u1", .role = Role::kCustomer}; }
Principal seller() {
  return {.user_id = "u2", .role = Role::kSeller, .shops = {{"s1", false}, {"s3", true}}};
}
Principal admin() { return {.user_id = "u3", .role = Role::kAdmin}; }

TEST(RoomNames, are_read_and_written_back) {
  for (const std::string_view text :
       {"market", "shop:s1", "desk:shop_bakery", "user:u-1", "admin"}) {
    const auto room = parse_room(text);
    ASSERT_TRUE(room.has_value()) << text;
    EXPECT_EQ(room->to_string(), text);
  }
}

TEST(RoomNames, refuse_every_other_text) {
  for (const std::string_view text :
       {"", "market:", "market:x", "shop", "shop:", "desk", "admin:u1", "Market", "shop:a b",
        "shop:a:b", "user:*", "desk:../x", " market", "market ", "rooms:x"}) {
    EXPECT_FALSE(parse_room(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_room("user:" + std::string(65, 'a')).has_value());
}

// The table of rooms, written out: who × which room.
TEST(Policy, lets_exactly_those_join_whom_the_table_names) {
  const std::array<std::string_view, 9> rooms = {"market",  "shop:s1", "desk:s1",
                                                 "desk:s2", "desk:s3", "user:u1",
                                                 "user:u2", "user:u3", "admin"};
  const std::array<std::pair<Principal, std::string_view>, 4> table = {{
      {anonymous(), "yynnnnnnn"},
      {customer(), "yynnnynnn"},
      {seller(), "yyynynynn"},
      {admin(), "yyyyynnyy"},
  }};
  for (const auto& [who, allowed] : table) {
    for (std::size_t i = 0; i < rooms.size(); ++i) {
      EXPECT_EQ(may_join(who, *parse_room(rooms[i])), allowed[i] == 'y')
          << who.user_id << " in " << rooms[i];
    }
  }
}

TEST(Policy, never_lets_an_anonymous_caller_match_an_empty_id) {
  EXPECT_FALSE(may_join(anonymous(), RoomName{RoomKind::kUser, ""}));
  EXPECT_FALSE(may_join(anonymous(), RoomName{RoomKind::kDesk, ""}));
  EXPECT_FALSE(may_manage(customer(), ""));
  const Principal forged{.user_id = "", .role = Role::kAdmin, .shops = {{"s1", true}}};
  EXPECT_FALSE(may_join(forged, RoomName{RoomKind::kAdmin, ""}));
  EXPECT_FALSE(may_join(forged, RoomName{RoomKind::kDesk, "s1"}));
  EXPECT_FALSE(forged.is_owner("s1"));
}

// The table of fields, written out: viewer × audience (everyone, owner, shop, nobody).
TEST(Policy, shows_exactly_those_fields_that_the_table_names) {
  const std::array<std::pair<Viewer, std::string_view>, 4> table = {{
      {Viewer::kPublic, "ynnn"},
      {Viewer::kOwner, "yynn"},
      {Viewer::kDesk, "yyyn"},
      {Viewer::kAdmin, "yyyn"},
  }};
  const std::array<FieldAudience, 4> audiences = {FieldAudience::kEveryone, FieldAudience::kOwner,
                                                  FieldAudience::kShop, FieldAudience::kNobody};
  for (const auto& [viewer, shown] : table) {
    for (std::size_t i = 0; i < audiences.size(); ++i) {
      EXPECT_EQ(shows(viewer, audiences[i]), shown[i] == 'y');
    }
  }
}

TEST(Policy, gives_every_room_its_viewer) {
  EXPECT_EQ(viewer_of(RoomKind::kMarket), Viewer::kPublic);
  EXPECT_EQ(viewer_of(RoomKind::kShop), Viewer::kPublic);
  EXPECT_EQ(viewer_of(RoomKind::kDesk), Viewer::kDesk);
  EXPECT_EQ(viewer_of(RoomKind::kUser), Viewer::kOwner);
  EXPECT_EQ(viewer_of(RoomKind::kAdmin), Viewer::kAdmin);
}

TEST(Policy, lets_members_and_admins_manage_a_shop) {
  EXPECT_FALSE(may_manage(anonymous(), "s1"));
  EXPECT_FALSE(may_manage(customer(), "s1"));
  EXPECT_TRUE(may_manage(seller(), "s1"));
  EXPECT_FALSE(may_manage(seller(), "s2"));
  EXPECT_TRUE(may_manage(admin(), "s2"));
  EXPECT_FALSE(seller().is_owner("s1"));
  EXPECT_TRUE(seller().is_owner("s3"));
}

TEST(Roles, are_read_and_written_back) {
  for (const Role role : {Role::kCustomer, Role::kSeller, Role::kAdmin}) {
    EXPECT_EQ(parse_role(to_string(role)), role);
  }
  EXPECT_EQ(parse_role("Admin"), std::nullopt);
  EXPECT_EQ(parse_role(""), std::nullopt);
}

}  // namespace
}  // namespace tillcast::auth
