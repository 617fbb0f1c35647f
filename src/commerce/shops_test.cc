#include "commerce/shops.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;
using testing::json_member;
using testing::status_of;

class Shops : public testing::ShopTest {
 protected:
  Outcome<RecordImage> create(const auth::Principal& who, std::string_view body) {
    const Values values = values_of(Kind::kShop, body, BodyMode::kCreate, Writers::kOwner);
    return store_.run(who, [&](const Context& context) { return create_shop(context, values); });
  }
  Outcome<RecordImage> change(const auth::Principal& who, const std::string& id,
                              std::string_view body,
                              std::optional<std::int64_t> if_match = std::nullopt) {
    const Values values = values_of(Kind::kShop, body, BodyMode::kPatch, Writers::kShop);
    return store_.run(
        who, [&](const Context& context) { return patch_shop(context, id, values, if_match); });
  }
  Outcome<RecordImage> add(const auth::Principal& who, const NewMember& member) {
    return store_.run(who,
                      [&](const Context& context) { return add_member(context, shop_, member); });
  }
  Outcome<RecordImage> remove(const auth::Principal& who, const std::string& user_id) {
    return store_.run(
        who, [&](const Context& context) { return remove_member(context, shop_, user_id); });
  }
};

TEST_F(Shops, belong_to_who_creates_them) {
  const auto shop = create(buyer_, R"({"name":"Corner Shop"})");
  ASSERT_TRUE(shop.has_value());
  EXPECT_EQ(json_member(shop->json, "owner_id"), buyer_.user_id);
  EXPECT_EQ(json_member(shop->json, "slug"), "corner-shop");
  EXPECT_EQ(json_member(shop->json, "currency"), "EUR");
  EXPECT_EQ(store_.record(Kind::kUser, buyer_.user_id).text(user::kRole), "seller");
  ASSERT_EQ(changes_of("member").size(), 1U);
  EXPECT_EQ(changes_of("member")[0].user_id, buyer_.user_id);
  EXPECT_EQ(json_member(changes_of("member")[0].image, "role"), "owner");
}

TEST_F(Shops, leave_an_admin_an_admin) {
  ASSERT_TRUE(create(admin_, R"({"name":"Admin's"})").has_value());
  EXPECT_EQ(store_.record(Kind::kUser, admin_.user_id).text(user::kRole), "admin");
}

TEST_F(Shops, have_a_slug_each) {
  const auto same_name = create(buyer_, R"({"name":"Bakery"})");
  EXPECT_EQ(json_member(same_name->json, "slug"), same_name->id) << "nobody asked for a slug";
  EXPECT_EQ(status_of(create(buyer_, R"({"name":"Other","slug":"bakery"})")), 409);
  EXPECT_EQ(code_of(change(owner_, shop_, R"({"slug":"gadgets"})")), "slug_taken");
  EXPECT_TRUE(change(owner_, shop_, R"({"slug":"bakery"})").has_value());
  const auto unnamed = create(buyer_, R"({"name":"パン屋"})");
  EXPECT_EQ(json_member(unnamed->json, "slug"), unnamed->id);
}

TEST_F(Shops, are_created_by_the_signed_in_alone) {
  EXPECT_EQ(code_of(create(anonymous_, R"({"name":"Nobody's"})")), "unauthenticated");
  EXPECT_TRUE(store_.changes().empty());
}

TEST_F(Shops, are_changed_by_their_people_alone) {
  EXPECT_TRUE(change(staff_, shop_, R"({"tagline":"Fresh"})").has_value());
  EXPECT_TRUE(change(admin_, shop_, R"({"tagline":"Fresher"})").has_value());
  for (const auth::Principal& who : {anonymous_, buyer_, stranger_}) {
    EXPECT_EQ(code_of(change(who, shop_, R"({"name":"Mine"})")), "forbidden");
    EXPECT_EQ(status_of(change(who, shop_, R"({"name":"Mine"})")), 403);
  }
  EXPECT_EQ(code_of(change(owner_, "nowhere", R"({"name":"N"})")), "not_found");
}

TEST_F(Shops, are_changed_in_the_version_that_was_meant) {
  EXPECT_EQ(code_of(change(owner_, shop_, R"({"name":"N"})", 9)), "version_conflict");
  EXPECT_TRUE(change(owner_, shop_, R"({"name":"N"})", 1).has_value());
}

TEST_F(Shops, are_listed_by_name_a_page_at_a_time) {
  for (const char* name : {"Zoo", "Atelier", "Bakery 2"}) {
    ASSERT_TRUE(create(buyer_, std::string(R"({"name":")") + name + R"("})").has_value());
  }
  std::vector<std::string> names;
  PageRequest request{.limit = 2, .cursor = ""};
  do {
    const auto page =
        store_.read([&](storage::Queries& queries) { return list_shops(queries, request); });
    ASSERT_LE(page->items.size(), 2U);
    for (const RecordImage& shop : page->items) names.push_back(json_member(shop.json, "name"));
    request.cursor = page->next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(names, (std::vector<std::string>{"Atelier", "Bakery", "Bakery 2", "Gadgets", "Zoo"}));
  request.cursor = "x";
  EXPECT_EQ(
      code_of(store_.read([&](storage::Queries& queries) { return list_shops(queries, request); })),
      "bad_cursor");
}

TEST_F(Shops, are_read_by_anyone) {
  const auto get = [&](const std::string& id) {
    return store_.read([&](storage::Queries& queries) { return get_shop(queries, id); });
  };
  EXPECT_EQ(get(shop_)->id, shop_);
  EXPECT_EQ(code_of(get("nowhere")), "not_found");
}

TEST_F(Shops, take_people_by_address_or_id_from_their_owners) {
  const auto member = add(owner_, {.email = "buyer@example.com"});
  ASSERT_TRUE(member.has_value());
  EXPECT_EQ(member->user_id, buyer_.user_id);
  EXPECT_EQ(json_member(member->json, "role"), "staff");
  EXPECT_TRUE(add(admin_, {.user_id = buyer2_.user_id, .owner = true}).has_value());
  EXPECT_EQ(code_of(add(owner_, {.user_id = buyer_.user_id})), "already_member");
  EXPECT_EQ(code_of(add(owner_, {.user_id = "nobody"})), "unknown_user");
  EXPECT_EQ(status_of(add(owner_, {.email = "no@example.com"})), 422);
  for (const auth::Principal& who : {anonymous_, buyer_, staff_, stranger_}) {
    EXPECT_EQ(code_of(add(who, {.user_id = stranger_.user_id})), "forbidden");
  }
  EXPECT_EQ(code_of(store_.run(owner_,
                               [&](const Context& context) {
                                 return add_member(context, "nowhere", {.user_id = "x"});
                               })),
            "not_found");
}

TEST_F(Shops, let_people_go) {
  EXPECT_EQ(code_of(remove(staff_, owner_.user_id)), "forbidden");
  EXPECT_EQ(code_of(remove(stranger_, staff_.user_id)), "forbidden");
  EXPECT_EQ(code_of(remove(owner_, buyer_.user_id)), "not_found");
  EXPECT_EQ(code_of(remove(owner_, owner_.user_id)), "last_owner");
  EXPECT_EQ(code_of(remove(admin_, owner_.user_id)), "last_owner");
  EXPECT_TRUE(remove(staff_, staff_.user_id).has_value()) << "anyone may leave";
  EXPECT_EQ(changes_of("member").at(0).op, storage::Op::kDeleted);
  ASSERT_TRUE(add(owner_, {.user_id = buyer_.user_id, .owner = true}).has_value());
  EXPECT_TRUE(remove(owner_, owner_.user_id).has_value());
}

TEST_F(Shops, tell_who_works_there_to_their_people_alone) {
  const auto list = [&](const auth::Principal& who, const std::string& shop) {
    return store_.read([&](storage::Queries& queries) { return list_members(queries, who, shop); });
  };
  EXPECT_EQ(list(staff_, shop_)->items.size(), 2U);
  EXPECT_EQ(list(admin_, shop_)->items.size(), 2U);
  EXPECT_EQ(code_of(list(stranger_, shop_)), "forbidden");
  EXPECT_EQ(code_of(list(anonymous_, shop_)), "forbidden");
  EXPECT_EQ(code_of(list(admin_, "nowhere")), "not_found");
}

TEST(ParseNewMember, takes_an_address_or_an_id) {
  EXPECT_EQ(parse_new_member(R"({"email":"A@b.c"})")->email, "a@b.c");
  EXPECT_TRUE(parse_new_member(R"({"user":"u1","role":"owner"})")->owner);
  for (const std::string_view body :
       {"{}", R"({"email":"a@b.c","role":"admin"})", R"({"email":"a@b.c","user":"u1"})",
        R"({"user":"a b"})", R"({"user":"u1","role":"boss!"})"}) {
    EXPECT_EQ(code_of(parse_new_member(body)), "validation_failed") << body;
  }
}

}  // namespace
}  // namespace tillcast::commerce
