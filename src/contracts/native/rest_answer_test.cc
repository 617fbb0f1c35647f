#include "contracts/native/rest_answer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "commerce/fields.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {
namespace {

namespace json = boost::json;

std::optional<std::string> header(const protocol::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

commerce::RecordImage product_image(const std::string& status) {
  commerce::Record record(commerce::Kind::kProduct);
  record.set(commerce::kId, std::string("p1"));
  record.set(commerce::kVersion, std::int64_t{4});
  record.set(commerce::kCreatedAt, std::int64_t{0});
  record.set(commerce::kUpdatedAt, std::int64_t{0});
  record.set(commerce::product::kShopId, std::string("s1"));
  record.set(commerce::product::kName, std::string("Bread"));
  record.set(commerce::product::kPriceMinor, std::int64_t{300});
  record.set(commerce::product::kCostMinor, std::int64_t{100});
  record.set(commerce::product::kStatus, status);
  return commerce::image_of(record);
}

auth::Principal member() {
  auth::Principal who;
  who.user_id = "u1";
  who.shops = {{"s1", true}};
  return who;
}

TEST(RestAnswer, shows_a_record_as_the_caller_may_see_it) {
  const auto to_public = record_answer({}, product_image("active"));
  const auto to_member = record_answer(member(), product_image("active"), 201);
  ASSERT_TRUE(to_public);
  ASSERT_TRUE(to_member);
  EXPECT_EQ(to_public->json.find("cost_minor"), std::string::npos);
  EXPECT_NE(to_member->json.find("\"cost_minor\":100"), std::string::npos);
  EXPECT_EQ(to_member->status, 201);
  EXPECT_EQ(header(to_response(*to_public), "ETag"), "\"4\"");
}

TEST(RestAnswer, hides_that_there_is_a_record_that_the_caller_may_not_see) {
  const auto answer = record_answer({}, product_image("draft"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 404);
  EXPECT_EQ(answer.error().code, "not_found");
}

TEST(RestAnswer, gives_a_list_an_etag_of_its_bytes_and_a_cursor_only_if_it_goes_on) {
  const commerce::Page last{{product_image("active"), product_image("draft")}, ""};
  const auto answer = list_answer({}, last);
  ASSERT_TRUE(answer);
  const json::value body = json::parse(answer->json);
  EXPECT_EQ(body.at("items").as_array().size(), 1U);
  EXPECT_FALSE(body.as_object().contains("next_cursor"));
  EXPECT_EQ(header(to_response(*answer), "ETag"), strong_etag(answer->json));

  const commerce::Page first{{product_image("active")}, "more"};
  EXPECT_EQ(json::parse(list_answer({}, first)->json).at("next_cursor").as_string(), "more");
}

TEST(RestAnswer, keeps_answers_apart_and_out_of_shared_caches) {
  const auto record = to_response(*record_answer({}, product_image("active")));
  EXPECT_EQ(header(record, "Cache-Control"), "no-store");
  EXPECT_EQ(header(record, "Vary"), "Authorization, Cookie");
  EXPECT_EQ(header(record, "Content-Type"), "application/json");
  EXPECT_EQ(header(record, "X-Content-Type-Options"), "nosniff");
  const auto list = to_response(*list_answer({}, commerce::Page{}));
  EXPECT_EQ(header(list, "Cache-Control"), "private, no-cache");
  EXPECT_EQ(header(to_response(no_content()), "Content-Type"), std::nullopt);
}

TEST(RestAnswer, writes_a_problem_with_its_fields_and_further_members) {
  const Problem problem{409,
                        "out_of_stock",
                        "Take less of \"it\".",
                        {{"items", "too_large", "Too many."}},
                        R"("items":[{"available":1}])"};
  EXPECT_EQ(json::parse(problem_json(problem)),
            json::parse(R"({"type":"about:blank","title":"Conflict","status":409,
                "code":"out_of_stock","detail":"Take less of \"it\".",
                "errors":[{"field":"items","code":"too_large","detail":"Too many."}],
                "items":[{"available":1}]})"));
  const auto response = to_response(problem_answer(problem));
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
}

TEST(RestAnswer, tells_how_to_come_in_and_when_to_come_back) {
  const auto unknown = to_response(problem_answer({401, "unauthenticated", "Sign in.", {}, {}}));
  EXPECT_EQ(header(unknown, "WWW-Authenticate"), "Bearer");
  const auto busy = to_response(problem_answer({503, "busy", "Later.", {}, {}}));
  EXPECT_EQ(header(busy, "Retry-After"), "1");
}

TEST(RestAnswer, makes_a_cookie_that_scripts_and_other_sites_do_not_get) {
  EXPECT_EQ(session_cookie("abc", 60, false),
            "tillcast_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
  EXPECT_EQ(session_cookie("abc", 60, true),
            "tillcast_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
}

}  // namespace
}  // namespace tillcast::contracts
