#include "app/static_files.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace tillcast::app {
namespace {

constexpr std::array<unsigned char, 4> kPage = {'p', 'a', 'g', 'e'};
constexpr std::array<unsigned char, 6> kScript = {'s', 'c', 'r', 'i', 'p', 't'};
constexpr std::array<unsigned char, 2> kZipped = {'g', 'z'};
constexpr std::array kAssets = {
    WebAsset{"/assets/a-1.js", "text/javascript; charset=utf-8", "\"js\"", kScript, kZipped},
    WebAsset{"/index.html", "text/html; charset=utf-8", "\"page\"", kPage, {}}};

std::optional<std::string> header(const protocol::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

protocol::HttpResponse get(std::string_view path, std::vector<protocol::HttpHeader> headers = {},
                           const char* method = "GET") {
  protocol::HttpRequest request;
  request.method = method;
  request.headers = std::move(headers);
  return StaticFiles(kAssets).serve(request, path);
}

TEST(StaticFiles, serve_a_hashed_file_for_good) {
  const auto response = get("/assets/a-1.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "script");
  EXPECT_EQ(header(response, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Content-Encoding"), std::nullopt);
}

TEST(StaticFiles, give_the_gzip_copy_to_who_takes_it_with_an_etag_of_its_own) {
  const auto response = get("/assets/a-1.js", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(response.body, "gz");
  EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(response, "ETag"), "\"js-gzip\"");
}

TEST(StaticFiles, answer_304_to_who_has_the_file) {
  const auto response = get("/index.html", {{"if-none-match", "\"page\""}});
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  EXPECT_EQ(get("/index.html", {{"if-none-match", "\"old\""}}).status, 200);
}

TEST(StaticFiles, give_the_page_for_addresses_that_it_routes_itself) {
  EXPECT_EQ(get("/").body, "page");
  EXPECT_EQ(get("/desk/bakery", {{"accept", "text/html,*/*"}}).body, "page");
  EXPECT_EQ(get("/desk/bakery", {{"accept", "application/json"}}).status, 404);
  EXPECT_EQ(get("/logo.png").status, 404);
}

TEST(StaticFiles, never_give_the_page_for_what_belongs_to_programs) {
  for (const char* path : {"/api/v1/nothing", "/api", "/live/x", "/socket.io", "/images/x.svg"}) {
    const auto response = get(path, {{"accept", "text/html"}});
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json") << path;
  }
}

TEST(StaticFiles, take_no_other_method) {
  const auto response = get("/", {}, "POST");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace tillcast::app
