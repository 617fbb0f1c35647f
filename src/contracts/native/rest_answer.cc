#include "contracts/native/rest_answer.h"

#include <fmt/format.h>

#include "auth/credentials.h"
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

void set_default(protocol::HttpResponse& response, std::string_view name, std::string_view value) {
  for (const auto& header : response.headers) {
    if (header.first == name) return;
  }
  response.headers.emplace_back(name, value);
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
  RestAnswer answer{200, body.finish(), {}};
  answer.headers.emplace_back("ETag", strong_etag(answer.json));
  // It may be kept, but must be asked for again each time, by its ETag.
  answer.headers.emplace_back("Cache-Control", "private, no-cache");
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
  return answer;
}

std::string session_cookie(std::string_view secret, std::int64_t max_age_s) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}", auth::kSessionCookieName,
                     secret, max_age_s);
}

std::string no_session_cookie() { return session_cookie("", 0); }

protocol::HttpResponse to_response(RestAnswer answer) {
  protocol::HttpResponse response{answer.status, std::move(answer.headers), std::move(answer.json)};
  set_default(response, "Cache-Control", "no-store");
  if (!response.body.empty()) set_default(response, "Content-Type", "application/json");
  set_default(response, "Vary", "Authorization, Cookie");
  set_default(response, "X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace tillcast::contracts
