#include "app/static_files.h"

#include <algorithm>
#include <string>

#include "contracts/native/native_rest.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::app {

namespace {

// The screens bring all they need, so nothing is loaded from elsewhere; live data comes by
// websocket.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// Paths that belong to programs: a wrong one is an error, not the page.
bool is_for_programs(std::string_view path) {
  return path == "/api" || has_prefix(path, "/api/") || path == "/live" ||
         has_prefix(path, "/live/") || has_prefix(path, "/socket.io") ||
         has_prefix(path, "/images/");
}

bool accepts_html(const protocol::HttpRequest& request) {
  const std::string* accept = request.header("accept");
  return accept != nullptr && accept->find("text/html") != std::string::npos;
}

std::string text_of(std::span<const unsigned char> bytes) { return {bytes.begin(), bytes.end()}; }

/// A strong validator is of the exact bytes, so the compressed copy has its own.
std::string gzip_etag(std::string_view etag) {
  return std::string(etag.substr(0, etag.size() - 1)) + "-gzip\"";
}

protocol::HttpResponse file_response(const protocol::HttpRequest& request, const WebAsset& asset,
                                     StaticFiles::Pages pages) {
  const bool gzip = !asset.gzip_bytes.empty() && request.has_token("accept-encoding", "gzip");
  const std::string etag = gzip ? gzip_etag(asset.etag) : std::string(asset.etag);
  // Vite puts a hash of the content into the names below /assets/.
  const bool is_hashed = has_prefix(asset.path, "/assets/");
  protocol::HttpResponse response;
  response.headers = {
      {"ETag", etag},
      {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "same-origin"}};
  if (pages == StaticFiles::Pages::kOwn) {
    response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  }
  const std::string* if_none_match = request.header("if-none-match");
  if (if_none_match != nullptr && contracts::names_etag(*if_none_match, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", asset.content_type);
  if (gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = text_of(gzip ? asset.gzip_bytes : asset.bytes);
  return response;
}

protocol::HttpResponse method_not_allowed() {
  protocol::HttpResponse response = contracts::to_response(contracts::problem_answer(
      {405, "method_not_allowed", "Only GET and HEAD are possible here.", {}, {}}));
  response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

}  // namespace

protocol::HttpResponse StaticFiles::serve(const protocol::HttpRequest& request,
                                          std::string_view path) const {
  if (pages_ == Pages::kOwn && is_for_programs(path)) return contracts::no_such_route(path);
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed();
  const WebAsset* asset = path == "/" ? nullptr : find(path);
  if (asset == nullptr) asset = page_for(request, path);
  return asset == nullptr ? contracts::no_such_route(path) : file_response(request, *asset, pages_);
}

const WebAsset* StaticFiles::find(std::string_view path) const {
  const auto found = std::lower_bound(
      assets_.begin(), assets_.end(), path,
      [](const WebAsset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != assets_.end() && found->path == path ? &*found : nullptr;
}

const WebAsset* StaticFiles::page_for(const protocol::HttpRequest& request,
                                      std::string_view path) const {
  return path == "/" || accepts_html(request) ? find("/index.html") : nullptr;
}

}  // namespace tillcast::app
