// What a REST route answers with, and its form as an HTTP response: JSON, or problem details (RFC
// 9457). Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/principal.h"
#include "base/problem.h"
#include "commerce/page.h"
#include "commerce/record.h"
#include "protocol/http.h"

namespace tillcast::contracts {

struct RestAnswer {
  int status = 200;
  /// A whole JSON value; empty for an answer without a body (204).
  std::string json{};
  std::vector<std::pair<std::string, std::string>> headers{};
  /// The ETag of exactly these bytes, for an answer that its reader may keep and ask for again
  /// (If-None-Match); empty for all others.
  std::string validator{};
};

/// The record as `who` may see it, with its version as ETag for If-Match. 404 `not_found` if they
/// may not know of it.
Outcome<RestAnswer> record_answer(const auth::Principal& who,
                                  const Outcome<commerce::RecordImage>& record, int status = 200);

/// {items, next_cursor} with each item as `who` may see it, and an ETag of these bytes.
Outcome<RestAnswer> list_answer(const auth::Principal& who, const Outcome<commerce::Page>& page);

/// 204 for a command that answers with nothing.
RestAnswer no_content();

/// The record as `who` may see it; `{}` if they may not know of it.
std::string render_own(const auth::Principal& who, const commerce::RecordImage& record);

/// The problem as the JSON of its response.
std::string problem_json(const Problem& problem);

/// A refusal as an answer: for a command that refuses its caller, and has changes to keep all the
/// same.
RestAnswer problem_answer(const Problem& problem);

/// The value of the Set-Cookie header that gives a session its cookie; with 0 it takes it away.
/// A `secure` one is sent over HTTPS alone.
std::string session_cookie(std::string_view secret, std::int64_t max_age_s, bool secure);
/// The value of the Set-Cookie header that makes a browser known to SignInGuard.
std::string device_cookie_header(std::string_view value, bool secure);

/// With the headers that every answer has: it may be of one person alone, so caches keep it apart.
protocol::HttpResponse to_response(RestAnswer answer);

}  // namespace tillcast::contracts
