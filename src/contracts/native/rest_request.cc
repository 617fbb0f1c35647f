#include "contracts/native/rest_request.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "auth/sign_in_guard.h"
#include "commerce/versions.h"
#include "protocol/client_address.h"
#include "protocol/http_chars.h"

namespace tillcast::contracts {

namespace {

std::string_view header(const protocol::HttpRequest& request, std::string_view name) {
  const std::string* value = request.header(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD"; }

/// `Origin: http://HOST` where HOST is what the request was sent to.
bool is_own_origin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.substr(0, scheme.size()) == scheme) {
      return protocol::equal_ignoring_case(origin.substr(scheme.size()), host);
    }
  }
  return false;
}

/// A browser adds the cookie by itself, whoever wrote the page that sends the request; a bearer
/// token has to be known by the page. Requests that set a cookie (login) are held to the same.
bool is_cross_origin(const protocol::HttpRequest& request, const auth::Credential& credential,
                     const std::vector<std::string>& origins) {
  if (credential.kind == auth::Credential::Kind::kBearer) return false;
  const std::string* const origin = request.header("origin");
  if (origin == nullptr) {
    // A browser that leaves Origin out says at least this (Fetch Metadata, section 2.3).
    const std::string_view site = header(request, "sec-fetch-site");
    return site == "cross-site" || site == "same-site";
  }
  return !is_own_origin(*origin, header(request, "host")) &&
         std::find(origins.begin(), origins.end(), *origin) == origins.end();
}

bool is_of_type(std::string_view content_type, BodyType body_type) {
  const std::string_view type =
      protocol::trim_blanks(content_type.substr(0, content_type.find(';')));
  const auto is = [&](std::string_view other) {
    return protocol::equal_ignoring_case(type, other);
  };
  if (body_type == BodyType::kJson) return is("application/json");
  return is("multipart/form-data") || is("application/octet-stream") ||
         protocol::equal_ignoring_case(type.substr(0, 6), "image/");
}

Problem unsupported(BodyType body_type) {
  return {415,
          "unsupported_media_type",
          body_type == BodyType::kJson
              ? "Send the body as JSON with the header Content-Type: application/json."
              : "Send the picture as the body with its Content-Type, or in a form of "
                "multipart/form-data.",
          {},
          {}};
}

}  // namespace

Outcome<RestRequest> take_request(realtime::HttpContext& context,
                                  const std::vector<std::string>& origins, BodyType body_type) {
  protocol::HttpRequest& http = context.request;
  RestRequest request;
  request.credential = auth::read_credential(header(http, "authorization"), header(http, "cookie"));
  if (!is_safe(http.method)) {
    if (is_cross_origin(http, request.credential, origins)) {
      return Problem{403, "cross_origin",
                     "This request comes from a page of another site. Send it from this site, or "
                     "with an Authorization header."};
    }
    if (!http.body.empty() && !is_of_type(header(http, "content-type"), body_type)) {
      return unsupported(body_type);
    }
  }
  auto if_match = commerce::parse_if_match(header(http, "if-match"));
  if (!if_match) return if_match.error();
  request.if_match = *if_match;
  request.if_none_match = header(http, "if-none-match");
  request.idempotency_key = header(http, "idempotency-key");
  request.address = protocol::address_block(context.peer_address);
  request.device = protocol::cookie(http, auth::kDeviceCookieName).value_or("");
  request.method = std::move(http.method);
  request.path = std::move(context.target.path);
  request.query = std::move(context.target.query);
  request.parameters = std::move(context.parameters);
  if (body_type != BodyType::kJson) request.content_type = header(http, "content-type");
  request.body = std::move(http.body);
  return request;
}

std::string query_text(const RestRequest& request, std::string_view name) {
  return protocol::query_value(request.query, name).value_or("");
}

Outcome<std::optional<std::int64_t>> query_integer(const RestRequest& request,
                                                   std::string_view name, std::int64_t min,
                                                   std::string_view code) {
  const std::string text = query_text(request, name);
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min) {
    return Problem{400, std::string(code),
                   "The query parameter \"" + std::string(name) +
                       "\" must be a whole number from " + std::to_string(min) + "."};
  }
  return std::optional(value);
}

Outcome<commerce::PageRequest> query_page(const RestRequest& request) {
  const auto limit = query_integer(request, "limit", 1, "bad_limit");
  if (!limit) return limit.error();
  commerce::PageRequest page;
  if (*limit) page.limit = static_cast<std::size_t>(**limit);
  page.cursor = query_text(request, "cursor");
  return page;
}

}  // namespace tillcast::contracts
