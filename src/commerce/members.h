// The people who work in a shop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/page.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

struct NewMember {
  /// The one of these that is not empty says who.
  std::string email{};
  std::string user_id{};
  bool owner = false;
};
/// {email | user, role?: owner | staff}. Problems as validate().
Outcome<NewMember> parse_new_member(std::string_view body);

/// Owners and admins alone. 404, 403, 409 `already_member`, 422 `unknown_user`.
Outcome<RecordImage> add_member(const Context& context, std::string_view shop_id,
                                const NewMember& member);
/// Owners and admins, and a member for themselves. 404, 403, 409 `last_owner`.
Outcome<RecordImage> remove_member(const Context& context, std::string_view shop_id,
                                   std::string_view user_id);
/// Members and admins alone, at most kMembersMax. 404, 403.
Outcome<Page> list_members(storage::Queries& queries, const auth::Principal& who,
                           std::string_view shop_id);

/// People a shop can have. 409 `too_many_members` past it.
inline constexpr std::int64_t kMembersMax = 200;

/// The membership, or nothing.
std::optional<Record> find_member(storage::Queries& queries, std::string_view shop_id,
                                  std::string_view user_id);
/// The shop has fewer than kMembersMax people.
bool has_room_for_member(storage::Queries& queries, std::string_view shop_id);

/// Writes the row, with no question asked.
RecordImage insert_member(RecordWriter& writer, const std::string& id, std::string_view shop_id,
                          std::string_view user_id, bool owner);

}  // namespace tillcast::commerce
