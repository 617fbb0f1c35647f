#include "contracts/native/rest_request.h"

#include <gtest/gtest.h>

namespace tillcast::contracts {
namespace {

struct Sent {
  std::string method = "POST";
  std::vector<protocol::HttpHeader> headers{};
  std::string body{};
  std::string query{};
};

const std::vector<std::string> kCors{"https://app.example"};

Outcome<RestRequest> take(const Sent& sent) {
  protocol::HttpRequest http;
  http.method = sent.method;
  http.headers = sent.headers;
  http.headers.push_back({"host", "shop.example:8800"});
  http.body = sent.body;
  realtime::HttpContext context{http, {"/api/v1/orders", sent.query}, {"o1"}, "192.0.2.7"};
  return take_request(context, kCors);
}

std::string refusal(const Sent& sent) {
  const auto request = take(sent);
  return request ? "" : request.error().code;
}

TEST(RestRequest, takes_what_a_route_needs) {
  const auto request = take({"PATCH",
                             {{"authorization", "Bearer abc"},
                              {"content-type", "application/json; charset=utf-8"},
                              {"if-match", "\"7\""},
                              {"idempotency-key", "k1"}},
                             "{}",
                             "shop=s%201&limit=20"});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "PATCH");
  EXPECT_EQ(request->path, "/api/v1/orders");
  EXPECT_EQ(request->parameters, std::vector<std::string>{"o1"});
  EXPECT_EQ(request->credential.kind, auth::Credential::Kind::kBearer);
  EXPECT_EQ(request->if_match, 7);
  EXPECT_EQ(request->idempotency_key, "k1");
  EXPECT_EQ(query_text(*request, "shop"), "s 1");
  EXPECT_EQ(query_page(*request)->limit, 20U);
}

TEST(RestRequest, takes_a_body_of_json_alone) {
  EXPECT_EQ(refusal({"POST", {{"content-type", "application/json"}}, "{}"}), "");
  EXPECT_EQ(refusal({"POST", {{"content-type", "Application/JSON"}}, "{}"}), "");
  EXPECT_EQ(refusal({"POST", {{"content-type", "text/plain"}}, "{}"}), "unsupported_media_type");
  EXPECT_EQ(refusal({"POST", {{"content-type", "application/jsonx"}}, "{}"}),
            "unsupported_media_type");
  EXPECT_EQ(refusal({"POST", {}, "{}"}), "unsupported_media_type");
  EXPECT_EQ(refusal({"DELETE", {}, ""}), "");
}

TEST(RestRequest, refuses_writes_that_another_site_makes_a_browser_send) {
  const protocol::HttpHeader cookie{"cookie", "tillcast_session=abc"};
  EXPECT_EQ(refusal({"DELETE", {cookie, {"origin", "https://evil.example"}}}), "cross_origin");
  EXPECT_EQ(refusal({"DELETE", {cookie, {"origin", "http://shop.example"}}}), "cross_origin");
  EXPECT_EQ(refusal({"DELETE", {cookie, {"origin", "null"}}}), "cross_origin");
  EXPECT_EQ(refusal({"DELETE", {{"origin", "https://evil.example"}}}), "cross_origin");
  EXPECT_EQ(refusal({"DELETE", {cookie, {"origin", "http://shop.example:8800"}}}), "");
  EXPECT_EQ(refusal({"DELETE", {cookie, {"origin", "https://Shop.example:8800"}}}), "");
  EXPECT_EQ(refusal({"DELETE", {cookie}}), "");
  EXPECT_EQ(refusal({"GET", {cookie, {"origin", "https://evil.example"}}}), "");
}

TEST(RestRequest, refuses_writes_of_other_sites_by_fetch_metadata_where_origin_is_left_out) {
  const protocol::HttpHeader cookie{"cookie", "tillcast_session=abc"};
  for (const char* site : {"cross-site", "same-site"}) {
    EXPECT_EQ(refusal({"POST", {cookie, {"sec-fetch-site", site}}}), "cross_origin") << site;
    EXPECT_EQ(refusal({"GET", {cookie, {"sec-fetch-site", site}}}), "") << site;
    EXPECT_EQ(refusal({"POST", {{"authorization", "Bearer a"}, {"sec-fetch-site", site}}}), "");
  }
  for (const char* site : {"same-origin", "none"}) {
    EXPECT_EQ(refusal({"POST", {cookie, {"sec-fetch-site", site}}}), "") << site;
  }
}

TEST(RestRequest, takes_writes_of_the_origins_that_are_allowed) {
  const protocol::HttpHeader cookie{"cookie", "tillcast_session=abc"};
  EXPECT_EQ(refusal({"POST", {cookie, {"origin", "https://app.example"}}}), "");
  for (const char* other : {"http://app.example", "https://app.example.evil.test",
                            "https://app.example:444", "https://xapp.example"}) {
    EXPECT_EQ(refusal({"POST", {cookie, {"origin", other}}}), "cross_origin") << other;
  }
}

TEST(RestRequest, knows_the_address_and_the_device) {
  const auto request = take({"POST", {{"cookie", "a=b; tillcast_device=d.m; c=d"}}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->address, "192.0.2.7");
  EXPECT_EQ(request->device, "d.m");
}

TEST(RestRequest, lets_who_knows_a_token_write_from_anywhere) {
  EXPECT_EQ(refusal({"DELETE", {{"authorization", "Bearer abc"}, {"origin", "https://a.example"}}}),
            "");
}

TEST(RestRequest, refuses_an_if_match_that_is_no_version) {
  EXPECT_EQ(refusal({"PATCH", {{"if-match", "latest"}}}), "bad_if_match");
}

TEST(RestRequest, refuses_a_limit_that_is_no_positive_whole_number) {
  for (const char* query :
       {"limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=1x", "limit=99999999999999999999"}) {
    const auto request = take({"GET", {}, "", query});
    EXPECT_EQ(query_page(*request).error().code, "bad_limit") << query;
  }
  EXPECT_EQ(query_page(*take({"GET"}))->limit, limits::kListItemsDefault);
}

}  // namespace
}  // namespace tillcast::contracts
