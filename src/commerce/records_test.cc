#include "commerce/records.h"

#include <gtest/gtest.h>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using storage::kAdmin;
using storage::kDesk;
using storage::kOwner;
using storage::kPublic;
using storage::Op;

class Records : public testing::ShopTest {
 protected:
  /// The one change of `kind` that the last command logged.
  storage::Change only_change(std::string_view kind) {
    const auto changes = changes_of(kind);
    EXPECT_EQ(changes.size(), 1U) << kind;
    return changes.empty() ? storage::Change{} : changes.front();
  }
};

TEST_F(Records, log_a_new_record_with_its_whole_image) {
  const std::string id = bread(0);
  const storage::Change change = only_change("product");
  EXPECT_EQ(change.op, Op::kCreated);
  EXPECT_EQ(change.id, id);
  EXPECT_EQ(change.shop_id, shop_);
  EXPECT_EQ(change.user_id, "");
  EXPECT_EQ(change.by, owner_.user_id);
  EXPECT_EQ(change.version, 1);
  EXPECT_EQ(change.at_ms, store_.now_ms);
  EXPECT_EQ(change.changed, "");
  EXPECT_FALSE(change.public_before);
  EXPECT_TRUE(change.public_after);
  EXPECT_EQ(int{change.audience}, kPublic | kDesk | kAdmin);
  EXPECT_EQ(change.image,
            R"({"id":")" + id +
                R"(","version":1,"created_at":"2023-11-14T22:13:20.000Z",)"
                R"("updated_at":"2023-11-14T22:13:20.000Z","shop_id":")" +
                shop_ +
                R"(","name":"Bread","price_minor":500,"cost_minor":200,"stock":0,)"
                R"("low_stock_threshold":5,"status":"active","rating_avg":0,"rating_count":0})");
}

TEST_F(Records, log_an_update_with_what_really_changed) {
  const std::string id = bread(0);
  store_.now_ms += 1;
  ASSERT_TRUE(change_product(owner_, id, R"({"name":"Rye","price_minor":500,"caption":"New"})"));
  const storage::Change change = only_change("product");
  EXPECT_EQ(change.op, Op::kUpdated);
  EXPECT_EQ(change.version, 2);
  EXPECT_EQ(change.changed, "name,caption") << "the price is the same as before";
  EXPECT_TRUE(change.public_before);
  EXPECT_TRUE(change.public_after);
  EXPECT_EQ(testing::json_member(change.image, "name"), "Rye");
  EXPECT_EQ(testing::json_member(change.image, "updated_at"), "2023-11-14T22:13:20.001Z");
  EXPECT_EQ(testing::json_member(change.image, "created_at"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(store_.record(Kind::kProduct, id).text(product::kName), "Rye") << "and the row";
}

TEST_F(Records, log_nothing_when_nothing_changes) {
  const std::string id = bread(0);
  const auto image = change_product(owner_, id, R"({"name":"Bread","stock":0})");
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->version, 1);
  EXPECT_TRUE(store_.changes().empty());
  EXPECT_EQ(store_.record(Kind::kProduct, id).version(), 1);
}

TEST_F(Records, keep_a_change_that_the_public_is_not_shown_out_of_public_rooms) {
  const std::string id = bread(0);
  ASSERT_TRUE(change_product(owner_, id, R"({"cost_minor":210,"low_stock_threshold":3})"));
  EXPECT_EQ(int{only_change("product").audience}, kDesk | kAdmin);
  ASSERT_TRUE(change_product(owner_, id, R"({"cost_minor":220,"price_minor":510})"));
  EXPECT_EQ(int{only_change("product").audience}, kPublic | kDesk | kAdmin);
}

TEST_F(Records, keep_a_draft_out_of_public_rooms_until_it_is_published) {
  const std::string id = bread(0, R"(,"status":"draft")");
  EXPECT_EQ(int{only_change("product").audience}, kDesk | kAdmin);
  EXPECT_FALSE(only_change("product").public_after);

  ASSERT_TRUE(change_product(owner_, id, R"({"name":"Rye"})"));
  EXPECT_EQ(int{only_change("product").audience}, kDesk | kAdmin);

  ASSERT_TRUE(change_product(owner_, id, R"({"status":"active"})"));
  storage::Change change = only_change("product");
  EXPECT_EQ(int{change.audience}, kPublic | kDesk | kAdmin);
  EXPECT_FALSE(change.public_before);
  EXPECT_TRUE(change.public_after);

  ASSERT_TRUE(change_product(owner_, id, R"({"status":"archived","cost_minor":1})"));
  change = only_change("product");
  EXPECT_EQ(int{change.audience}, kPublic | kDesk | kAdmin);
  EXPECT_TRUE(change.public_before);
  EXPECT_FALSE(change.public_after);

  ASSERT_TRUE(change_product(owner_, id, R"({"status":"draft"})"));
  EXPECT_EQ(int{only_change("product").audience}, kDesk | kAdmin);
}

TEST_F(Records, log_a_removal_with_the_record_that_was) {
  const std::string id = bread(0);
  const auto removed = store_.run(
      owner_, [&](const Context& context) { return delete_product(context, id, std::nullopt); });
  ASSERT_TRUE(removed.has_value());
  const storage::Change change = only_change("product");
  EXPECT_EQ(change.op, Op::kDeleted);
  EXPECT_EQ(change.version, 2) << "newer than any copy";
  EXPECT_TRUE(change.public_before);
  EXPECT_FALSE(change.public_after);
  EXPECT_EQ(int{change.audience}, kPublic | kDesk | kAdmin);
  EXPECT_EQ(testing::json_member(change.image, "name"), "Bread");
  EXPECT_EQ(store_.number("SELECT count(*) FROM products"), 0);
}

TEST_F(Records, adjust_counters_only_within_their_bounds) {
  const std::string id = bread(3);
  const auto adjust = [&](std::int64_t delta) {
    return store_.run(owner_, [&](const Context& context) -> Outcome<std::int64_t> {
      RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
      const std::int64_t deltas[] = {delta};
      const auto record = writer.adjust(Kind::kProduct, id, deltas);
      return Outcome<std::int64_t>(boost::system::in_place_value,
                                   record ? record->integer(product::kStock) : -1);
    });
  };
  EXPECT_EQ(*adjust(-4), -1);
  EXPECT_TRUE(store_.changes().empty());
  EXPECT_EQ(store_.record(Kind::kProduct, id).version(), 1);
  EXPECT_EQ(*adjust(-3), 0);
  const storage::Change change = only_change("product");
  EXPECT_EQ(change.changed, "stock");
  EXPECT_EQ(change.version, 2);
  EXPECT_EQ(int{change.audience}, kPublic | kDesk | kAdmin);
  EXPECT_EQ(testing::json_member(change.image, "stock"), "0");
  EXPECT_EQ(*adjust(0), 0);
  EXPECT_TRUE(store_.changes().empty()) << "no change, no log";
  EXPECT_EQ(*adjust(limits::kStockMax + 1), -1);
  EXPECT_EQ(*adjust(limits::kStockMax), limits::kStockMax);
}

TEST_F(Records, of_a_user_are_their_own_and_the_admins) {
  ASSERT_TRUE(store_.run(buyer_, [&](const Context& context) {
    return patch_me(context, {{user::kName, std::string("Bea")}}, std::nullopt);
  }));
  const storage::Change change = only_change("user");
  EXPECT_EQ(int{change.audience}, kOwner | kAdmin);
  EXPECT_EQ(change.user_id, buyer_.user_id);
}

TEST_F(Records, of_an_order_are_the_buyers_and_the_desks) {
  const std::string id = bread(10);
  const auto placed = order(buyer_, {{id, 1}});
  storage::Change change = only_change("order");
  EXPECT_EQ(int{change.audience}, kDesk | kOwner | kAdmin);
  EXPECT_EQ(change.shop_id, shop_);
  EXPECT_EQ(change.user_id, buyer_.user_id);
  ASSERT_TRUE(set_status(owner_, placed->id, "confirmed"));
  change = only_change("order");
  EXPECT_EQ(change.changed, "status");
  EXPECT_EQ(int{change.audience}, kDesk | kOwner | kAdmin);
}

TEST(Audiences, leave_out_the_rooms_that_a_record_has_no_key_for) {
  const KindSpec& notification = spec(Kind::kNotification);
  EXPECT_EQ(int{audiences_of(notification, "s", "")}, kDesk | kAdmin);
  EXPECT_EQ(int{audiences_of(notification, "", "u")}, int{kOwner}) << "not even an admin's";
  EXPECT_EQ(int{audiences_of(spec(Kind::kUser), "", "u")}, kOwner | kAdmin);
  EXPECT_EQ(int{audiences_of(spec(Kind::kCart), "", "u")}, int{kOwner});
}

TEST(Record, reads_back_every_type_as_it_was_written) {
  testing::Store store;
  Record product(Kind::kProduct);
  product.set(kId, std::string("p1"));
  EXPECT_FALSE(product.has(product::kSku));
  EXPECT_EQ(product.text(product::kSku), "");
  EXPECT_EQ(product.integer(product::kStock), 0);
  product.set({{product::kSku, std::string("a")}, {product::kStock, std::int64_t{3}}});
  product.set({{product::kSku, FieldValue()}});
  EXPECT_FALSE(product.has(product::kSku));
  EXPECT_EQ(product.integer(product::kStock), 3);
}

TEST(Record, writes_hundredths_as_a_decimal_number) {
  const auto rendered = [](std::int64_t hundredths) {
    Record product(Kind::kProduct);
    product.set(product::kRatingAvg, hundredths);
    return image_of(product).json;
  };
  EXPECT_EQ(rendered(0), R"({"rating_avg":0})");
  EXPECT_EQ(rendered(400), R"({"rating_avg":4})");
  EXPECT_EQ(rendered(450), R"({"rating_avg":4.5})");
  EXPECT_EQ(rendered(425), R"({"rating_avg":4.25})");
  EXPECT_EQ(rendered(405), R"({"rating_avg":4.05})");
}

}  // namespace
}  // namespace tillcast::commerce
