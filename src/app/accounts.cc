#include "app/accounts.h"

#include <filesystem>
#include <functional>
#include <iostream>
#include <stdexcept>

#include "app/store.h"
#include "app/terminal.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/ids.h"
#include "commerce/accounts.h"
#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/records.h"
#include "commerce/sessions.h"

namespace tillcast::app {

namespace {

std::string sentence_of(const Problem& problem) {
  std::string sentence = problem.detail;
  for (const FieldError& field : problem.fields) {
    sentence += "\n  " + field.field + ": " + field.detail;
  }
  return sentence;
}

/// Data that are changed by hand, one command at a time.
class Workbench {
 public:
  explicit Workbench(const std::string& data) : ids_(random_), store_(data, random_) {}

  /// Runs `command` as the user of that id, or as the system.
  template <class T>
  T run(const std::string& user_id,
        const std::function<Outcome<T>(const commerce::Context&)>& command) {
    auth::Principal who;
    who.user_id = user_id;
    Outcome<T> outcome = Problem{};
    store_.commit([&](storage::Transaction& transaction) {
      outcome = command({transaction, who, clock_.unix_ms(), ids_});
      return outcome.has_value();
    });
    if (!outcome) throw std::runtime_error(sentence_of(outcome.error()));
    return *std::move(outcome);
  }

  commerce::StoredPassword find(const std::string& email) {
    commerce::StoredPassword found;
    store_.read(
        [&](storage::Queries& queries) { found = commerce::find_password(queries, email); });
    if (found.user_id.empty()) throw std::runtime_error("there is no account of " + email);
    return found;
  }

  [[nodiscard]] const auth::TokenKey& key() const { return store_.token_key(); }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] std::int64_t now_ms() const { return clock_.unix_ms(); }

 private:
  SystemClock clock_;
  KernelRandom random_;
  IdSource ids_;
  Store store_;
};

/// A mistyped folder must not become a new one where an account is looked for.
const std::string& existing(const std::string& data) {
  const bool is_url = data.find("://") != std::string::npos;
  if (!is_url && !std::filesystem::is_directory(data)) {
    throw std::runtime_error("there is no data folder " + data);
  }
  return data;
}

}  // namespace

void add_user(const UserAddOptions& options) {
  Workbench bench(options.data);
  const std::string name =
      options.name.empty() ? options.email.substr(0, options.email.find('@')) : options.name;
  auto registration =
      commerce::parse_registration(commerce::JsonObject()
                                       .text("email", options.email)
                                       .text("name", name)
                                       .text("password", ask_new_password(options.email))
                                       .finish());
  if (!registration) throw std::runtime_error(sentence_of(registration.error()));
  const std::string hash = auth::hash_password(registration->password);
  bench.run<commerce::RecordImage>("", [&](const commerce::Context& context) {
    return commerce::register_account(context, registration->fields, hash, options.role);
  });
  std::cout << "Added " << options.email << " as " << auth::to_string(options.role) << ".\n";
}

void set_password(const UserPasswordOptions& options) {
  Workbench bench(existing(options.data));
  const commerce::StoredPassword stored = bench.find(options.email);
  const std::string password = ask_new_password(options.email);
  if (password.size() < limits::kPasswordBytesMin || password.size() > limits::kPasswordBytesMax) {
    throw std::runtime_error("a password has " + std::to_string(limits::kPasswordBytesMin) +
                             " to " + std::to_string(limits::kPasswordBytesMax) + " bytes");
  }
  const std::string hash = auth::hash_password(password);
  bench.run<commerce::Done>(stored.user_id, [&](const commerce::Context& context) {
    return commerce::change_password(context, stored.hash, hash);
  });
  std::cout << "The password of " << options.email << " is new; all sessions have ended.\n";
}

void set_role(const UserRoleOptions& options) {
  Workbench bench(existing(options.data));
  const std::string user_id = bench.find(options.email).user_id;
  bench.run<commerce::RecordImage>("", [&](const commerce::Context& context) {
    auto account = commerce::read_record(context.transaction, commerce::Kind::kUser, user_id);
    commerce::RecordWriter writer(context.transaction, context.now_ms, "");
    return Outcome<commerce::RecordImage>(writer.update(
        account.value(), {{commerce::user::kRole, std::string(auth::to_string(options.role))}}));
  });
  std::cout << options.email << " is " << auth::to_string(options.role) << " now.\n";
}

void print_token(const TokenOptions& options) {
  if (options.ttl_s * 1000 > limits::kSessionTtlMs) {
    throw UsageError("a token lives no longer than its session: --ttl is at most 30d");
  }
  Workbench bench(existing(options.data));
  const std::string user_id = bench.find(options.email).user_id;
  const auto session = bench.run<commerce::SessionGrant>("", [&](const commerce::Context& context) {
    return commerce::start_session(context, {bench.random(), bench.key()}, user_id);
  });
  const std::int64_t now_s = bench.now_ms() / 1000;
  std::cout << auth::sign_access_token(bench.key(),
                                       {user_id, session.session_id, now_s, now_s + options.ttl_s})
            << '\n';
}

}  // namespace tillcast::app
