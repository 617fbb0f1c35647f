#include "contracts/native/rest_answer.h"

#include <fmt/format.h>

#include "auth/credentials.h"
#include "auth/sign_in_guard.h"
#include "base/limits.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/render.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

namespace {

std::string errors_json(const std::vector<FieldError>& fields) {
  std::string out = "[";
  for (const FieldError& field : fields) {
    if (out.size() > 1) out += ',';
    out += commerce::JsonObject()
               .text("field", field.field)
               .text("code", field.code)
               .text("detail", field.detail)
               .finish();
  }
  return out + "]";
}

bool has_content_type(const protocol::HttpResponse& response) {
  for (const auto& header : response.headers) {
    if (header.first == "Content-Type") return true;
  }
  return false;
}

}  // namespace

Outcome<RestAnswer> record_answer(const auth::Principal& who,
                                  const Outcome<commerce::RecordImage>& record, int status) {
  if (!record) return record.error();
  const auto viewer = commerce::viewer_for(who, *record);
  if (!viewer) return commerce::not_found(commerce::spec(record->kind).name);
  RestAnswer answer{status, commerce::render_for(*viewer, *record), {}};
  answer.headers.emplace_back("ETag", "\"" + std::to_string(record->version) + "\"");
  return answer;
}

Outcome<RestAnswer> list_answer(const auth::Principal& who, const Outcome<commerce::Page>& page) {
  if (!page) return page.error();
  std::string items = "[";
  for (const commerce::RecordImage& item : page->items) {
    const auto viewer = commerce::viewer_for(who, item);
    if (!viewer) continue;
    if (items.size() > 1) items += ',';
    items += commerce::render_for(*viewer, item);
  }
  items += ']';
  commerce::JsonObject body;
  body.raw("items", items);
  if (!page->next_cursor.empty()) body.text("next_cursor", page->next_cursor);
  RestAnswer answer{200, body.finish(), {}, {}};
  answer.validator = strong_etag(answer.json);
  return answer;
}

RestAnswer no_content() { return {204, {}, {}}; }

std::string render_own(const auth::Principal& who, const commerce::RecordImage& record) {
  const auto viewer = commerce::viewer_for(who, record);
  return viewer ? commerce::render_for(*viewer, record) : "{}";
}

std::string problem_json(const Problem& problem) {
  commerce::JsonObject body;
  body.text("type", "about:blank")
      .text("title", protocol::reason_phrase(problem.status))
      .integer("status", problem.status)
      .text("code", problem.code)
      .text("detail", problem.detail);
  if (!problem.fields.empty()) body.raw("errors", errors_json(problem.fields));
  std::string json = body.finish();
  if (!problem.extra_json.empty()) {
    json.pop_back();
    json += ',';
    json += problem.extra_json;
    json += '}';
  }
  return json;
}

RestAnswer problem_answer(const Problem& problem) {
  RestAnswer answer{problem.status, problem_json(problem), {}};
  answer.headers.emplace_back("Content-Type", "application/problem+json");
  if (problem.status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (problem.status == 503) answer.headers.emplace_back("Retry-After", "1");
  if (problem.retry_after_s > 0) {
    answer.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  }
  return answer;
}

std::string session_cookie(std::string_view secret, std::int64_t max_age_s, bool secure) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}",
                     auth::kSessionCookieName, secret, max_age_s, secure ? "; Secure" : "");
}

std::string device_cookie_header(std::string_view value, bool secure) {
  return fmt::format("{}={}; Path=/api/v1/auth; HttpOnly; SameSite=Lax; Max-Age={}{}",
                     auth::kDeviceCookieName, value, limits::kDeviceCookieSeconds,
                     secure ? "; Secure" : "");
}

protocol::HttpResponse to_response(RestAnswer answer) {
  protocol::HttpResponse response{answer.status, std::move(answer.headers), std::move(answer.json)};
  if (!answer.validator.empty()) response.headers.emplace_back("ETag", answer.validator);
  response.headers.emplace_back("Cache-Control",
                                answer.validator.empty() ? "no-store" : "private, no-cache");
  response.headers.emplace_back("Vary", "Authorization, Cookie");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (!response.body.empty() && !has_content_type(response)) {
    response.headers.emplace_back("Content-Type", "application/json");
  }
  return response;
}

}  // namespace tillcast::contracts
