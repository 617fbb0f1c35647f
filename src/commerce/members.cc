#include "commerce/members.h"

#include <boost/json/object.hpp>
#include <optional>

#include "auth/policy.h"
#include "commerce/accounts.h"
#include "commerce/body_fields.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/text_format.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

std::int64_t count_members(storage::Queries& queries, std::string_view shop_id, bool owners_only) {
  std::int64_t count = 0;
  const std::string_view sql =
      owners_only ? "SELECT count(*) FROM members WHERE shop_id = $1 AND role = 'owner'"
                  : "SELECT count(*) FROM members WHERE shop_id = $1";
  queries.query(sql, {shop_id}, [&](const storage::Row& row) { count = row.integer(0); });
  return count;
}

/// Nothing if `who` may say who works in the shop.
std::optional<Problem> check_owner(storage::Queries& queries, const auth::Principal& who,
                                   std::string_view shop_id) {
  if (!read_record(queries, Kind::kShop, shop_id)) return not_found("shop");
  if (who.is_owner(shop_id) || who.is_admin()) return std::nullopt;
  return forbidden("Only an owner of this shop may say who works in it.");
}

/// The id of the account that is meant, or empty.
std::string find_user(storage::Queries& queries, const NewMember& member) {
  if (!member.email.empty()) return find_password(queries, member.email).user_id;
  return read_record(queries, Kind::kUser, member.user_id) ? member.user_id : std::string();
}

}  // namespace

Outcome<NewMember> parse_new_member(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  BodyFields fields(*parsed);
  NewMember member;
  member.email = normal_email(fields.optional_text("email", {3, 254}));
  if (member.email.empty() && fields.good()) member.user_id = fields.id("user");
  const std::string role = fields.optional_text("role", {5, 5});
  if (!role.empty() && role != "owner" && role != "staff") {
    fields.refuse("role", "value", "Give one of owner, staff.");
  }
  member.owner = role == "owner";
  if (auto problem = fields.finish()) return *std::move(problem);
  return member;
}

Outcome<RecordImage> add_member(const Context& context, std::string_view shop_id,
                                const NewMember& member) {
  if (auto problem = check_owner(context.transaction, context.who, shop_id)) {
    return *std::move(problem);
  }
  const std::string user_id = find_user(context.transaction, member);
  if (user_id.empty()) {
    return Problem{422, "unknown_user", "There is no account like that: they register first."};
  }
  if (find_member(context.transaction, shop_id, user_id)) {
    return conflict("already_member", "They work in this shop already.");
  }
  if (!has_room_for_member(context.transaction, shop_id)) {
    return conflict("too_many_members",
                    "A shop has at most " + std::to_string(kMembersMax) + " people.");
  }
  RecordWriter writer(context.transaction, context.now_ms, context.who.user_id);
  return insert_member(writer, context.ids.next(context.now_ms), shop_id, user_id, member.owner);
}

Outcome<RecordImage> remove_member(const Context& context, std::string_view shop_id,
                                   std::string_view user_id) {
  const bool is_themselves = context.who.signed_in() && context.who.user_id == user_id;
  if (!is_themselves || !context.who.is_member(shop_id)) {
    if (auto problem = check_owner(context.transaction, context.who, shop_id)) {
      return *std::move(problem);
    }
  }
  const auto member = find_member(context.transaction, shop_id, user_id);
  if (!member) return not_found("member");
  if (member->text(member::kRole) == "owner" &&
      count_members(context.transaction, shop_id, true) == 1) {
    return conflict("last_owner", "A shop keeps at least one owner: add another one first.");
  }
  return RecordWriter(context.transaction, context.now_ms, context.who.user_id).remove(*member);
}

Outcome<Page> list_members(storage::Queries& queries, const auth::Principal& who,
                           std::string_view shop_id) {
  if (!read_record(queries, Kind::kShop, shop_id)) return not_found("shop");
  if (!auth::may_manage(who, shop_id)) {
    return forbidden("Only the people of this shop may see who works in it.");
  }
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kMember)) +
                                  " FROM members WHERE shop_id = $1 ORDER BY created_at, id "
                                  "LIMIT $2";
  Page page;
  queries.query(kSql, {shop_id, kMembersMax}, [&](const storage::Row& row) {
    page.items.push_back(image_of(read_row(Kind::kMember, row)));
  });
  return page;
}

std::optional<Record> find_member(storage::Queries& queries, std::string_view shop_id,
                                  std::string_view user_id) {
  static const std::string kSql = "SELECT " + std::string(columns_of(Kind::kMember)) +
                                  " FROM members WHERE shop_id = $1 AND user_id = $2";
  std::optional<Record> member;
  queries.query(kSql, {shop_id, user_id},
                [&](const storage::Row& row) { member = read_row(Kind::kMember, row); });
  return member;
}

bool has_room_for_member(storage::Queries& queries, std::string_view shop_id) {
  return count_members(queries, shop_id, false) < kMembersMax;
}

RecordImage insert_member(RecordWriter& writer, const std::string& id, std::string_view shop_id,
                          std::string_view user_id, bool owner) {
  Record member(Kind::kMember);
  member.set(kId, id);
  member.set(member::kShopId, std::string(shop_id));
  member.set(member::kUserId, std::string(user_id));
  member.set(member::kRole, std::string(owner ? "owner" : "staff"));
  return writer.insert(member);
}

}  // namespace tillcast::commerce
