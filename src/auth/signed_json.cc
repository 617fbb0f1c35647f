#include "auth/signed_json.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "auth/base64url.h"
#include "auth/hmac.h"

namespace tillcast::auth {

std::optional<std::string> text_claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> time_claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::string sign_json(const TokenKey& key, std::string_view header,
                      const boost::json::object& payload) {
  std::string token(header);
  token += '.' + base64url_encode(boost::json::serialize(payload));
  const std::string mac = hmac_sha256(key.bytes, token);
  return token += '.' + base64url_encode(mac);
}

Result<boost::json::object, TokenError> open_signed_json(const TokenKey& key,
                                                         std::string_view header,
                                                         std::string_view token) {
  if (token.size() > kAccessTokenBytesMax) return TokenError::kMalformed;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last || token.substr(0, first) != header) {
    return TokenError::kMalformed;
  }
  const auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  const auto mac = base64url_decode(token.substr(last + 1));
  if (!payload || !mac) return TokenError::kMalformed;
  if (!equal_in_constant_time(*mac, hmac_sha256(key.bytes, token.substr(0, last)))) {
    return TokenError::kBadSignature;
  }
  boost::system::error_code error;
  boost::json::value parsed = boost::json::parse(*payload, error);
  if (error || !parsed.is_object()) return TokenError::kMalformed;
  return std::move(parsed.get_object());
}

}  // namespace tillcast::auth
