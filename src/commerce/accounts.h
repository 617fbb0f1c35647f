// Accounts: registering, the own profile, passwords. The hash of a password is made and compared
// on auth::PasswordThread, so each of these takes or gives hashes, never waits for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/context.h"
#include "commerce/record.h"
#include "commerce/records.h"

namespace tillcast::commerce {

struct Registration {
  Values fields{};
  std::string password{};
};
/// {email, name, password, phone?}. Problems as validate().
Outcome<Registration> parse_registration(std::string_view body);

struct SignIn {
  std::string email{};
  std::string password{};
  /// A token of an outside issuer; then the others are empty.
  std::string id_token{};
};
/// {email, password} or {id_token}. Problems as validate().
Outcome<SignIn> parse_sign_in(std::string_view body);

struct PasswordChange {
  std::string current_password{};
  std::string new_password{};
};
/// {current_password, new_password}. Problems as validate().
Outcome<PasswordChange> parse_password_change(std::string_view body);

/// Makes the user, their cart and their password. 409 `email_taken`. Nobody needs to be signed in;
/// `role` is customer for everybody who registers by themselves.
Outcome<RecordImage> register_account(const Context& context, const Values& fields,
                                      const std::string& password_hash,
                                      auth::Role role = auth::Role::kCustomer);

/// Writes the user and their cart with `id`, with no question asked. Without a password hash nobody
/// can sign in as them.
RecordImage insert_account(RecordWriter& writer, storage::Transaction& transaction,
                           const std::string& id, const Values& fields, auth::Role role,
                           std::string_view password_hash);

/// What a password is compared with. An unknown account has an empty id and an empty hash, which
/// PasswordThread::verify() compares in the same time.
struct StoredPassword {
  std::string user_id{};
  std::string hash{};
};
StoredPassword find_password(storage::Queries& queries, std::string_view email);
StoredPassword find_password_of_user(storage::Queries& queries, std::string_view user_id);

/// Sets the password of the caller and ends their other sessions. `verified_hash` is the stored
/// hash that the current password matched: 401 `wrong_password` if it is no longer the stored one.
Outcome<Done> change_password(const Context& context, const std::string& verified_hash,
                              const std::string& new_hash);

/// 401 `wrong_password`: for the caller of PasswordThread::verify() too.
Problem wrong_password();

/// The caller's own user record. 401 `unauthenticated`.
Outcome<RecordImage> me(storage::Queries& queries, const auth::Principal& who);
/// `values` from validate(Kind::kUser, …, BodyMode::kPatch, Writers::kOwner). 401, 412
/// `version_conflict`.
Outcome<RecordImage> patch_me(const Context& context, const Values& values,
                              std::optional<std::int64_t> if_match);

bool has_any_user(storage::Queries& queries);

}  // namespace tillcast::commerce
