#include "commerce/accounts.h"

#include <boost/json/object.hpp>

#include "auth/jws.h"
#include "base/limits.h"
#include "commerce/body_fields.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
#include "commerce/sessions.h"
#include "commerce/text_format.h"
#include "commerce/validate.h"
#include "commerce/versions.h"

namespace tillcast::commerce {
namespace {

constexpr TextBounds kNewPassword{limits::kPasswordBytesMin, limits::kPasswordBytesMax};
/// A password that is compared may be of any length, so that an old one is never locked out.
constexpr TextBounds kAnyPassword{1, limits::kPasswordBytesMax};

StoredPassword read_password(storage::Queries& queries, std::string_view sql,
                             std::string_view key) {
  StoredPassword stored;
  queries.query(sql, {key}, [&](const storage::Row& row) {
    stored = {std::string(row.text(0)), std::string(row.text(1))};
  });
  return stored;
}

}  // namespace

Outcome<Registration> parse_registration(std::string_view body) {
  auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  Registration registration;
  std::vector<FieldError> errors;
  // The password is no field of the user's record, so it is taken out of the body first.
  boost::json::object password;
  if (const auto* given = parsed->if_contains("password")) {
    password.emplace("password", *given);
    parsed->erase("password");
  }
  BodyFields fields(password);
  registration.password = fields.text("password", kNewPassword);
  if (const auto problem = fields.finish()) errors = problem->fields;

  auto values = validate(Kind::kUser, *parsed, BodyMode::kCreate, Writers::kOwner);
  if (!values) {
    const Problem problem = values.error();
    errors.insert(errors.end(), problem.fields.begin(), problem.fields.end());
  }
  if (!errors.empty()) return validation_problem(std::move(errors));
  registration.fields = *std::move(values);
  return registration;
}

Outcome<SignIn> parse_sign_in(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  BodyFields fields(*parsed);
  SignIn sign_in;
  if (fields.has("id_token")) {
    sign_in.id_token = fields.text("id_token", {1, auth::kOutsideTokenBytesMax});
    if (auto problem = fields.finish()) return *std::move(problem);
    return sign_in;
  }
  sign_in.email = normal_email(fields.text("email", {1, 254}));
  sign_in.password = fields.text("password", kAnyPassword);
  if (auto problem = fields.finish()) return *std::move(problem);
  return sign_in;
}

Outcome<PasswordChange> parse_password_change(std::string_view body) {
  const auto parsed = parse_object(body);
  if (!parsed) return parsed.error();
  BodyFields fields(*parsed);
  PasswordChange change;
  change.current_password = fields.text("current_password", kAnyPassword);
  change.new_password = fields.text("new_password", kNewPassword);
  if (auto problem = fields.finish()) return *std::move(problem);
  return change;
}

Outcome<RecordImage> register_account(const Context& context, const Values& fields,
                                      const std::string& password_hash, auth::Role role) {
  if (!find_password(context.transaction, text_of(fields, user::kEmail)).user_id.empty()) {
    return conflict("email_taken", "There is an account with this e-mail address: sign in.");
  }
  const std::string id = context.ids.next(context.now_ms);
  // Who registers causes the change themselves.
  RecordWriter writer(context.transaction, context.now_ms,
                      context.who.signed_in() ? context.who.user_id : id);
  return insert_account(writer, context.transaction, id, fields, role, password_hash);
}

RecordImage insert_account(RecordWriter& writer, storage::Transaction& transaction,
                           const std::string& id, const Values& fields, auth::Role role,
                           std::string_view password_hash) {
  Record account(Kind::kUser);
  account.set(fields);
  account.set(kId, id);
  account.set(user::kRole, std::string(auth::to_string(role)));
  RecordImage image = writer.insert(account);
  Record cart(Kind::kCart);
  cart.set(kId, id);
  cart.set(cart::kUserId, id);
  cart.set(cart::kItems, std::string("[]"));
  writer.insert(cart);
  if (!password_hash.empty()) {
    transaction.execute("INSERT INTO password_hashes (user_id, hash) VALUES ($1, $2)",
                        {std::string_view(id), password_hash});
  }
  return image;
}

StoredPassword find_password(storage::Queries& queries, std::string_view email) {
  return read_password(queries,
                       "SELECT users.id, password_hashes.hash FROM users LEFT JOIN password_hashes "
                       "ON password_hashes.user_id = users.id WHERE users.email = $1",
                       normal_email(email));
}

StoredPassword find_password_of_user(storage::Queries& queries, std::string_view user_id) {
  return read_password(queries, "SELECT user_id, hash FROM password_hashes WHERE user_id = $1",
                       user_id);
}

Outcome<Done> change_password(const Context& context, const std::string& verified_hash,
                              const std::string& new_hash) {
  if (!context.who.signed_in()) return unauthenticated();
  const std::string_view user_id = context.who.user_id;
  // Compared again here: the password may have been changed while the old one was being verified.
  if (context.transaction.execute(
          "UPDATE password_hashes SET hash = $1 WHERE user_id = $2 AND hash = $3",
          {std::string_view(new_hash), user_id, std::string_view(verified_hash)}) == 0) {
    return wrong_password();
  }
  context.transaction.execute("DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
                              {user_id, std::string_view(context.who.session_id)});
  log_session_end(context.transaction, user_id, context.now_ms);
  return Done{};
}

Problem wrong_password() {
  return {401, "wrong_password", "The e-mail address or the password is not right."};
}

Outcome<RecordImage> me(storage::Queries& queries, const auth::Principal& who) {
  if (!who.signed_in()) return unauthenticated();
  const auto account = read_record(queries, Kind::kUser, who.user_id);
  if (!account) return not_found("user");
  return image_of(*account);
}

Outcome<RecordImage> patch_me(const Context& context, const Values& values,
                              std::optional<std::int64_t> if_match) {
  if (!context.who.signed_in()) return unauthenticated();
  auto account = read_record(context.transaction, Kind::kUser, context.who.user_id);
  if (!account) return not_found("user");
  if (auto problem = check_version(*account, context.who, if_match)) return *std::move(problem);
  return RecordWriter(context.transaction, context.now_ms, context.who.user_id)
      .update(*account, values);
}

bool has_any_user(storage::Queries& queries) {
  bool any = false;
  queries.query("SELECT 1 FROM users LIMIT 1", {}, [&](const storage::Row&) { any = true; });
  return any;
}

}  // namespace tillcast::commerce
