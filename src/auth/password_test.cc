#include "auth/password.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <future>
#include <vector>

namespace tillcast::auth {
namespace {

PasswordCheck check(PasswordThread& thread, const std::string& password, const std::string& hash) {
  std::promise<Outcome<PasswordCheck>> answer;
  thread.verify(password, hash, [&](Outcome<PasswordCheck> outcome) { answer.set_value(outcome); });
  return answer.get_future().get().value();
}

std::string weak_hash(const std::string& password) {
  EXPECT_GE(sodium_init(), 0);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  EXPECT_EQ(crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), 1, 8192 * 8,
                                  crypto_pwhash_ALG_ARGON2ID13),
            0);
  return hash.data();
}

TEST(Password, matches_its_own_hash_alone) {
  const std::string hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password("correct horse", hash));
  EXPECT_FALSE(verify_password("correct horsf", hash));
  EXPECT_FALSE(verify_password("", hash));
  EXPECT_NE(hash, hash_password("correct horse")) << "each hash has a salt of its own";
}

TEST(Password, never_matches_what_is_no_argon2id_string) {
  for (const std::string& hash : {std::string(), std::string("plain"), std::string(500, '$'),
                                  std::string("$argon2i$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA")}) {
    EXPECT_FALSE(verify_password("plain", hash));
  }
}

TEST(Password, needs_a_new_hash_when_its_parameters_are_old) {
  EXPECT_FALSE(needs_rehash(hash_password("a password")));
  EXPECT_TRUE(needs_rehash(weak_hash("a password")));
}

TEST(PasswordThread, hashes_and_checks) {
  PasswordThread thread;
  std::promise<Outcome<std::string>> made;
  thread.hash("a password", [&](Outcome<std::string> hash) { made.set_value(hash); });
  const std::string hash = made.get_future().get().value();
  EXPECT_TRUE(check(thread, "a password", hash).matches);
  EXPECT_TRUE(check(thread, "a password", hash).rehashed.empty());
  EXPECT_FALSE(check(thread, "another", hash).matches);
}

TEST(Password, has_a_decoy_that_costs_what_a_real_hash_costs) {
  EXPECT_FALSE(needs_rehash(decoy_hash()));
  EXPECT_EQ(decoy_hash().size(), hash_password("a password").size());
  EXPECT_FALSE(verify_password("", decoy_hash()));
}

TEST(PasswordThread, never_matches_an_unknown_account) {
  PasswordThread thread;
  EXPECT_FALSE(check(thread, "no account has this password", "").matches);
}

TEST(PasswordThread, gives_a_new_hash_for_an_old_one) {
  PasswordThread thread;
  const PasswordCheck result = check(thread, "a password", weak_hash("a password"));
  EXPECT_TRUE(result.matches);
  EXPECT_TRUE(verify_password("a password", result.rehashed));
  EXPECT_FALSE(needs_rehash(result.rehashed));
}

TEST(PasswordThread, refuses_at_once_what_does_not_fit_its_queue) {
  std::promise<void> entered;
  std::promise<void> go_on;
  int answered = 0;
  {
    PasswordThread thread(1);
    const std::string weak = weak_hash("p");
    thread.verify("p", weak, [&](const Outcome<PasswordCheck>&) {
      entered.set_value();
      go_on.get_future().wait();
    });
    entered.get_future().wait();
    thread.verify("p", weak, [&](const Outcome<PasswordCheck>& outcome) {
      EXPECT_TRUE(outcome.has_value());
      ++answered;
    });
    bool refused = false;
    thread.verify("p", weak, [&](const Outcome<PasswordCheck>& outcome) {
      refused =
          outcome.has_error() && outcome.error().status == 503 && outcome.error().code == "busy";
    });
    EXPECT_TRUE(refused);
    go_on.set_value();
  }
  EXPECT_EQ(answered, 1) << "what was queued is answered before the thread stops";
}

}  // namespace
}  // namespace tillcast::auth
