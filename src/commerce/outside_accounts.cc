#include "commerce/outside_accounts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commerce/accounts.h"
#include "commerce/fields.h"
#include "commerce/members.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/text_format.h"

namespace tillcast::commerce {
namespace {

using Names = std::vector<std::string>;

struct KnownIdentity {
  std::string user_id{};
  /// The shops whose membership came from the issuer.
  Names shops{};
};

/// Ids have no spaces, so a list of them is a text with spaces between.
Names split(std::string_view text) {
  Names names;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

std::string join(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<KnownIdentity> find_identity(storage::Queries& queries,
                                           const auth::OutsideIdentity& identity) {
  std::optional<KnownIdentity> known;
  queries.query("SELECT user_id, shops FROM outside_identities WHERE issuer = $1 AND subject = $2",
                {std::string_view(identity.issuer), std::string_view(identity.subject)},
                [&](const storage::Row& row) {
                  known = KnownIdentity{std::string(row.text(0)), split(row.text(1))};
                });
  return known;
}

/// A name that the schema takes, whatever the issuer says.
std::string name_of(const auth::OutsideIdentity& identity, const std::string& email) {
  constexpr std::size_t kNameBytesMax = 100;
  const bool usable = !is_blank(identity.name) && identity.name.size() <= kNameBytesMax &&
                      !has_control_characters(identity.name);
  return usable ? identity.name : email.substr(0, email.find('@'));
}

Outcome<KnownIdentity> make_account(const Context& context, const auth::OutsideIdentity& identity,
                                    const std::string& email) {
  const Values fields{{user::kEmail, email}, {user::kName, name_of(identity, email)}};
  const auto made = register_account(context, fields, {});
  if (!made) return made.error();
  return KnownIdentity{made->id, {}};
}

KnownIdentity link_account(const Context& context, const std::string& user_id) {
  context.transaction.execute("DELETE FROM password_hashes WHERE user_id = $1",
                              {std::string_view(user_id)});
  context.transaction.execute("DELETE FROM sessions WHERE user_id = $1",
                              {std::string_view(user_id)});
  log_session_end(context.transaction, user_id, context.now_ms);
  return {user_id, {}};
}

/// The account of an identity that is seen for the first time.
Outcome<KnownIdentity> first_account(const Context& context,
                                     const auth::OutsideIdentity& identity) {
  const std::string email = normal_email(identity.verified_email);
  if (!has_format(email, TextFormat::kEmail)) {
    return Problem{403, "email_unverified",
                   "The issuer of this token has not verified an e-mail address of yours: do that "
                   "there, then sign in again."};
  }
  const std::string user_id = find_password(context.transaction, email).user_id;
  auto known = user_id.empty()           ? make_account(context, identity, email)
               : identity.links_by_email ? Outcome<KnownIdentity>(link_account(context, user_id))
                                         : conflict("email_taken",
                                                    "There is an account with this e-mail address: "
                                                    "sign in with its password.");
  if (!known) return known;
  context.transaction.execute(
      "INSERT INTO outside_identities (issuer, subject, user_id, shops) VALUES ($1, $2, $3, '')",
      {std::string_view(identity.issuer), std::string_view(identity.subject),
       std::string_view(known->user_id)});
  return known;
}

void take_role(const Context& context, const std::string& user_id, auth::Role role) {
  auto account = read_record(context.transaction, Kind::kUser, user_id);
  if (!account) return;
  RecordWriter(context.transaction, context.now_ms, user_id)
      .update(*account, {{user::kRole, std::string(auth::to_string(role))}});
}

/// Makes the memberships that came from the issuer be those that it says now. What an owner of a
/// shop gave by hand is left alone.
void take_shops(const Context& context, const auth::OutsideIdentity& identity,
                const KnownIdentity& known, const Names& wanted) {
  RecordWriter writer(context.transaction, context.now_ms, known.user_id);
  Names granted;
  for (const std::string& shop_id : wanted) {
    if (!read_record(context.transaction, Kind::kShop, shop_id)) continue;
    const auto member = find_member(context.transaction, shop_id, known.user_id);
    if (member && !contains(known.shops, shop_id)) continue;
    if (!member) {
      if (!has_room_for_member(context.transaction, shop_id)) continue;
      insert_member(writer, context.ids.next(context.now_ms), shop_id, known.user_id, false);
    }
    if (!contains(granted, shop_id)) granted.push_back(shop_id);
  }
  for (const std::string& shop_id : known.shops) {
    if (contains(granted, shop_id)) continue;
    const auto member = find_member(context.transaction, shop_id, known.user_id);
    if (member && member->text(member::kRole) != "owner") writer.remove(*member);
  }
  context.transaction.execute(
      "UPDATE outside_identities SET shops = $1 WHERE issuer = $2 AND subject = $3",
      {std::string_view(join(granted)), std::string_view(identity.issuer),
       std::string_view(identity.subject)});
}

}  // namespace

Outcome<SessionGrant> sign_in_outside(const Context& context, const SessionMaker& maker,
                                      const auth::OutsideIdentity& identity) {
  auto known = find_identity(context.transaction, identity);
  if (!known) {
    auto first = first_account(context, identity);
    if (!first) return first.error();
    known = *std::move(first);
  }
  if (identity.role) take_role(context, known->user_id, *identity.role);
  if (identity.shops) take_shops(context, identity, *known, *identity.shops);
  return start_session(context, maker, known->user_id, kOutsideSessionTtlMs);
}

}  // namespace tillcast::commerce
