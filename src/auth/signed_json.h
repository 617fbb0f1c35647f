// A JSON object that this installation has signed: JWS compact with HS256 (RFC 7515). Each use has
// a header of its own, so that a token of one is never one of another. Pure; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/tokens.h"
#include "base/result.h"

namespace tillcast::auth {

/// `header` is the base64url of the JOSE header, which says HS256.
std::string sign_json(const TokenKey& key, std::string_view header,
                      const boost::json::object& payload);

/// Accepts only tokens with exactly this header, so no other `alg` can be meant.
Result<boost::json::object, TokenError> open_signed_json(const TokenKey& key,
                                                         std::string_view header,
                                                         std::string_view token);

/// A member that is a text with something in it.
std::optional<std::string> text_claim(const boost::json::object& claims, std::string_view name);
std::optional<std::int64_t> time_claim(const boost::json::object& claims, std::string_view name);

}  // namespace tillcast::auth
