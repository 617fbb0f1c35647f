// A request to the REST contract as a value that may travel to other threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/credentials.h"
#include "base/problem.h"
#include "commerce/page.h"
#include "realtime/http.h"

namespace tillcast::contracts {

struct RestRequest {
  std::string method{};
  /// Decoded, without the query.
  std::string path{};
  /// The values of the route's `{name}` segments.
  std::vector<std::string> parameters{};
  /// As sent; read it by query_text().
  std::string query{};
  std::string body{};
  /// Of a body that is not JSON.
  std::string content_type{};
  auth::Credential credential{};
  std::optional<std::int64_t> if_match{};
  std::string if_none_match{};
  std::string idempotency_key{};
  /// Whose request it is for limits (protocol::address_block).
  std::string address{};
  /// The cookie of a device, as sent; empty if there is none.
  std::string device{};
};

/// What a route takes as its body: application/json, or a picture as it is (image/…,
/// application/octet-stream) or in a form (multipart/form-data).
enum class BodyType : std::uint8_t { kJson, kPicture };

/// Moves the request out of its context. 400 `bad_if_match`; 403 `cross_origin` for a write that
/// another site, which is none of `origins`, makes a browser send with the session cookie; 415
/// `unsupported_media_type` for a body that is not of the type.
Outcome<RestRequest> take_request(realtime::HttpContext& context,
                                  const std::vector<std::string>& origins = {},
                                  BodyType body_type = BodyType::kJson);

/// The decoded query parameter; empty if there is none.
std::string query_text(const RestRequest& request, std::string_view name);

/// `limit` and `cursor`. 400 `bad_limit`.
Outcome<commerce::PageRequest> query_page(const RestRequest& request);

/// The query parameter as a whole number of at least `min`. 400 with `code` for any other text.
Outcome<std::optional<std::int64_t>> query_integer(const RestRequest& request,
                                                   std::string_view name, std::int64_t min,
                                                   std::string_view code);

}  // namespace tillcast::contracts
