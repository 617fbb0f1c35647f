#include "contracts/native/projection.h"

#include <gtest/gtest.h>

#include <utility>

namespace tillcast::contracts {
namespace {

using storage::Change;
using storage::Op;

constexpr std::string_view kProduct =
    R"({"id":"p1","version":4,"created_at":"2023-11-14T22:00:00.000Z",)"
    R"("updated_at":"2023-11-14T22:13:20.123Z","shop_id":"s1","name":"Rye \"dark\"",)"
    R"("price_minor":350,"cost_minor":120,"stock":7,"low_stock_threshold":5,"status":"active",)"
    R"("rating_avg":4.25,"rating_count":4})";

constexpr std::string_view kOrder =
    R"({"id":"o1","version":2,"created_at":"2023-11-14T22:00:00.000Z",)"
    R"("updated_at":"2023-11-14T22:13:20.123Z","shop_id":"s1","customer_id":"u1","number":12,)"
    R"("items":[{"product_id":"p1","name":"Rye","quantity":2,"price_minor":350}],)"
    R"("total_minor":700,"profit_minor":460,"status":"confirmed","customer":{"name":"Ann"}})";

Change product_change(Op op, bool public_before, bool public_after, std::string changed = {}) {
  Change change;
  change.lsn = Lsn{9};
  change.txn = Lsn{8};
  change.op = op;
  change.kind = "product";
  change.id = "p1";
  change.shop_id = "s1";
  change.by = "u7";
  change.version = 4;
  change.at_ms = 1'700'000'000'123;
  change.audience = storage::kPublic | storage::kDesk | storage::kAdmin;
  change.public_before = public_before;
  change.public_after = public_after;
  change.changed = std::move(changed);
  change.image = kProduct;
  return change;
}

Change order_change(std::string changed) {
  Change change = product_change(Op::kUpdated, false, false, std::move(changed));
  change.kind = "order";
  change.id = "o1";
  change.user_id = "u1";
  change.version = 2;
  change.audience = storage::kDesk | storage::kOwner | storage::kAdmin;
  change.image = kOrder;
  return change;
}

std::vector<feed::Message> project(std::string_view room, std::vector<const Change*> changes,
                                   Lsn prev = Lsn{5}) {
  std::vector<feed::Message> messages;
  NativeProjection().project(auth::parse_room(room).value(), prev, changes, messages);
  return messages;
}

/// The text of the one message that `change` is in `room`.
std::string told(std::string_view room, const Change& change) {
  return project(room, {&change}).at(0).publication->text;
}

constexpr std::string_view kPublicRecord =
    R"("record":{"id":"p1","version":4,"created_at":"2023-11-14T22:00:00.000Z",)"
    R"("updated_at":"2023-11-14T22:13:20.123Z","shop_id":"s1","name":"Rye \"dark\"",)"
    R"("price_minor":350,"stock":7,"status":"active","rating_avg":4.25,"rating_count":4})";

std::string change_text(std::string_view room, std::string_view op, std::string_view rest) {
  std::string text = R"({"type":"change","room":")";
  text.append(room).append(R"(","lsn":9,"prev":5,"kind":"product","op":")").append(op);
  text.append(R"(","id":"p1","version":4,"at":"2023-11-14T22:13:20.123Z")").append(rest);
  return text + "}";
}

TEST(NativeProjection, tells_a_new_record_whole_but_only_what_the_room_may_see) {
  const Change created = product_change(Op::kCreated, false, true);
  const std::string public_rest = "," + std::string(kPublicRecord);
  EXPECT_EQ(told("market", created), change_text("market", "created", public_rest));
  EXPECT_EQ(told("shop:s1", created), change_text("shop:s1", "created", public_rest));
  const std::string whole = R"(,"record":)" + std::string(kProduct) + R"(,"by":"u7")";
  EXPECT_EQ(told("desk:s1", created), change_text("desk:s1", "created", whole));
  EXPECT_EQ(told("admin", created), change_text("admin", "created", whole));
}

TEST(NativeProjection, tells_an_update_as_a_patch_with_null_for_what_is_absent_now) {
  const Change updated = product_change(Op::kUpdated, true, true, "description,cost_minor,stock");
  EXPECT_EQ(told("market", updated),
            change_text("market", "updated",
                        R"(,"patch":{"updated_at":"2023-11-14T22:13:20.123Z","stock":7,)"
                        R"("description":null})"));
  EXPECT_EQ(told("desk:s1", updated),
            change_text("desk:s1", "updated",
                        R"(,"patch":{"updated_at":"2023-11-14T22:13:20.123Z","cost_minor":120,)"
                        R"("stock":7,"description":null},"by":"u7")"));
}

TEST(NativeProjection, tells_what_appears_in_a_public_room_as_created_there) {
  const Change shown = product_change(Op::kUpdated, false, true, "status");
  EXPECT_EQ(told("shop:s1", shown),
            change_text("shop:s1", "created", "," + std::string(kPublicRecord)));
  EXPECT_EQ(told("desk:s1", shown),
            change_text("desk:s1", "updated",
                        R"(,"patch":{"updated_at":"2023-11-14T22:13:20.123Z","status":"active"},)"
                        R"("by":"u7")"));
}

TEST(NativeProjection, tells_what_goes_from_a_public_room_as_deleted_and_without_a_record) {
  const Change hidden = product_change(Op::kUpdated, true, false, "status");
  EXPECT_EQ(told("market", hidden), change_text("market", "deleted", ""));
  const Change deleted = product_change(Op::kDeleted, true, false);
  EXPECT_EQ(told("market", deleted), change_text("market", "deleted", ""));
  EXPECT_EQ(told("desk:s1", deleted), change_text("desk:s1", "deleted", R"(,"by":"u7")"));
}

TEST(NativeProjection, names_nobody_for_what_the_system_did) {
  Change change = product_change(Op::kDeleted, true, false);
  change.by.clear();
  EXPECT_EQ(told("desk:s1", change), change_text("desk:s1", "deleted", ""));
}

TEST(NativeProjection, keeps_profit_from_the_buyer) {
  const Change change = order_change("profit_minor,status");
  EXPECT_NE(told("desk:s1", change).find(R"("profit_minor":460)"), std::string::npos);
  const std::string buyer = told("user:u1", change);
  EXPECT_EQ(buyer.find("profit"), std::string::npos);
  EXPECT_NE(buyer.find(R"("status":"confirmed")"), std::string::npos);
  EXPECT_NE(buyer.find(R"("by":"u7")"), std::string::npos);
}

TEST(NativeProjection, chains_the_changes_of_a_transaction) {
  Change first = product_change(Op::kUpdated, true, true, "stock");
  Change second = first;
  second.lsn = Lsn{12};
  const auto messages = project("market", {&first, &second});
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].lsn, Lsn{9});
  EXPECT_EQ(messages[1].lsn, Lsn{12});
  EXPECT_NE(messages[0].publication->text.find(R"("lsn":9,"prev":5)"), std::string::npos);
  EXPECT_NE(messages[1].publication->text.find(R"("lsn":12,"prev":9)"), std::string::npos);
  // A replay that begins in the middle gives the same bytes.
  EXPECT_EQ(project("market", {&second}, Lsn{9})[0].publication->text,
            messages[1].publication->text);
}

TEST(NativeProjection, says_the_same_to_socket_io_and_to_plain_websockets) {
  const Change change = product_change(Op::kDeleted, true, false);
  const auto message = project("market", {&change}).at(0).publication;
  const std::string body =
      R"({"room":"market","lsn":9,"prev":5,"kind":"product","op":"deleted","id":"p1","version":4,)"
      R"("at":"2023-11-14T22:13:20.123Z"})";
  EXPECT_EQ(message->event_json, R"(["change",)" + body + "]");
  EXPECT_EQ(message->text, R"({"type":"change",)" + body.substr(1));
}

TEST(NativeProjection, leaves_a_gap_for_a_kind_that_only_a_newer_version_knows) {
  Change unknown = product_change(Op::kUpdated, true, true, "stock");
  unknown.kind = "coupon";
  Change known = product_change(Op::kUpdated, true, true, "stock");
  known.lsn = Lsn{12};
  const auto messages = project("market", {&unknown, &known});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_NE(messages[0].publication->text.find(R"("lsn":12,"prev":9)"), std::string::npos);
}

TEST(NativeProjection, has_words_for_what_happens_to_a_session) {
  const NativeProjection native;
  const auth::RoomName desk = auth::parse_room("desk:s1").value();
  EXPECT_EQ(native.reset(desk, feed::ResetReason::kTooOld).text,
            R"({"type":"reset","room":"desk:s1","reason":"too_old"})");
  EXPECT_EQ(native.reset(desk, feed::ResetReason::kOtherEpoch).event_json,
            R"(["reset",{"room":"desk:s1","reason":"other_epoch"}])");
  EXPECT_EQ(native.left(desk, "forbidden").text,
            R"({"type":"left","room":"desk:s1","code":"forbidden"})");
  EXPECT_EQ(native.expiring(60).event_json, R"(["expiring",{"in_s":60}])");
}

TEST(NativeProjection, gives_a_page_of_changes_as_json) {
  const Change change = product_change(Op::kDeleted, true, false);
  feed::ChangesPage page;
  page.position = {"e1", Lsn{9}};
  EXPECT_EQ(changes_page_json(page), R"({"changes":[],"position":"e1:9"})");
  const auto message = project("market", {&change}).at(0);
  page.messages = {message, message};
  const std::string body = R"({"room":"market",)" + message.publication->text.substr(33);
  EXPECT_EQ(changes_page_json(page),
            R"({"changes":[)" + body + "," + body + R"(],"position":"e1:9"})");
}

}  // namespace
}  // namespace tillcast::contracts
