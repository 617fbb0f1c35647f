#include "auth/outside_issuer.h"

#include <gtest/gtest.h>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;

OutsideIssuer shop_login() {
  OutsideIssuer issuer;
  issuer.issuer = "https://login.example";
  issuer.audiences = {"shop"};
  issuer.role_pointer = "/app/role";
  issuer.roles = {{"boss", Role::kAdmin}, {"vendor", Role::kSeller}};
  issuer.shops_pointer = "/https:~1~1login.example~1shops";
  return issuer;
}

/// Claims that are good at kNowMs, with `more` instead of or besides them.
std::string claims(const std::string& more = {}, const std::string& exp = "1700000600") {
  return R"({"iss":"https://login.example","aud":"shop","sub":"u1","exp":)" + exp +
         (more.empty() ? "" : "," + more) + "}";
}

Result<OutsideIdentity, ClaimsError> read(const std::string& payload) {
  return read_outside_claims(shop_login(), payload, kNowMs);
}

TEST(OutsideClaims, give_who_it_is) {
  const auto who = read(claims(R"("name":"Ada","email":"ada@x.example","email_verified":true)"));
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->issuer, "https://login.example");
  EXPECT_EQ(who->subject, "u1");
  EXPECT_EQ(who->name, "Ada");
  EXPECT_EQ(who->verified_email, "ada@x.example");
  EXPECT_EQ(who->role, Role::kCustomer);
  EXPECT_TRUE(who->shops->empty());
}

TEST(OutsideClaims, an_address_counts_only_if_the_issuer_says_true_that_it_verified_it) {
  for (const char* verified : {R"("email_verified":false)", R"("email_verified":"true")",
                               R"("email_verified":1)", R"("x":1)"}) {
    const auto who = read(claims(R"("email":"ada@x.example",)" + std::string(verified)));
    ASSERT_TRUE(who.has_value());
    EXPECT_EQ(who->verified_email, "") << verified;
  }
}

TEST(OutsideClaims, roles_come_from_the_configured_words_alone) {
  EXPECT_EQ(read(claims(R"("app":{"role":"vendor"})"))->role, Role::kSeller);
  EXPECT_EQ(read(claims(R"("app":{"role":["vendor","boss"]})"))->role, Role::kAdmin);
  EXPECT_EQ(read(claims(R"("app":{"role":"admin"})"))->role, Role::kCustomer);
  EXPECT_EQ(read(claims(R"("role":"boss")"))->role, Role::kCustomer);
  OutsideIssuer silent = shop_login();
  silent.role_pointer.clear();
  silent.shops_pointer.clear();
  const auto who = read_outside_claims(silent, claims(R"("app":{"role":"boss"})"), kNowMs);
  EXPECT_FALSE(who->role.has_value());
  EXPECT_FALSE(who->shops.has_value());
}

TEST(OutsideClaims, shops_are_a_bounded_list_of_texts) {
  EXPECT_EQ(*read(claims(R"("https://login.example/shops":["a",1,"b"])"))->shops,
            (std::vector<std::string>{"a", "b"}));
  std::string many = R"("https://login.example/shops":["s")";
  for (std::size_t i = 0; i < kOutsideShopsMax; ++i) many += R"(,"s")";
  EXPECT_EQ(read(claims(many + "]"))->shops->size(), kOutsideShopsMax);
}

TEST(OutsideClaims, what_was_made_by_or_for_somebody_else_is_refused) {
  EXPECT_EQ(read(R"({"iss":"https://evil.example","aud":"shop","sub":"a","exp":9e9})").error(),
            ClaimsError::kIssuer);
  const std::string ours = R"({"iss":"https://login.example","sub":"a","exp":9e9)";
  EXPECT_EQ(read(ours + "}").error(), ClaimsError::kAudience);
  EXPECT_EQ(read(ours + R"(,"aud":"other"})").error(), ClaimsError::kAudience);
  EXPECT_EQ(read(ours + R"(,"aud":["other",1]})").error(), ClaimsError::kAudience);
  EXPECT_TRUE(read(ours + R"(,"aud":["other","shop"]})").has_value());
}

TEST(OutsideClaims, times_are_judged_with_a_minute_of_skew) {
  EXPECT_EQ(read(claims({}, "1699999940")).error(), ClaimsError::kExpired);
  EXPECT_TRUE(read(claims({}, "1699999941")).has_value());
  EXPECT_TRUE(read(claims(R"("nbf":1700000060)")).has_value());
  EXPECT_EQ(read(claims(R"("nbf":1700000061)")).error(), ClaimsError::kNotYet);
  EXPECT_EQ(read(claims(R"("iat":1700000061)")).error(), ClaimsError::kNotYet);
  EXPECT_TRUE(read(claims(R"("iat":1699999999.5)")).has_value());
}

TEST(OutsideClaims, malformed_claims_are_refused) {
  for (const std::string& payload :
       {std::string("nonsense"), std::string("[]"), claims({}, R"("1700000600")"), claims({}, "-1"),
        claims({}, "1e300"), claims({}, "null"), claims(R"("nbf":"x")"),
        std::string(R"({"iss":"https://login.example","aud":"shop","exp":9e9})"),
        std::string(R"({"iss":"https://login.example","aud":"shop","exp":9e9,"sub":""})"),
        std::string(R"({"iss":"https://login.example","aud":"shop","exp":9e9,"sub":7})"),
        R"({"iss":"https://login.example","aud":"shop","exp":9e9,"sub":")" +
            std::string(kSubjectBytesMax + 1, 'a') + "\"}"}) {
    const auto who = read(payload);
    ASSERT_FALSE(who.has_value()) << payload;
    EXPECT_EQ(who.error(), ClaimsError::kMalformed) << payload;
  }
}

TEST(ClaimedIssuer, is_read_without_being_believed) {
  EXPECT_EQ(claimed_issuer("x." + base64url_encode(R"({"iss":"me"})") + ".x"), "me");
  for (const std::string& token : {std::string(), std::string("a.b"), std::string("a.!.c"),
                                   "x." + base64url_encode(R"({"iss":1})") + ".x"}) {
    EXPECT_EQ(claimed_issuer(token), "");
  }
}

}  // namespace
}  // namespace tillcast::auth
