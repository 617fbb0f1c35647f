#include "auth/credentials.h"

#include <algorithm>

namespace tillcast::auth {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The scheme's name is case-insensitive (RFC 9110 section 11.1).
bool is_bearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer";
  return scheme.size() == kBearer.size() &&
         std::equal(scheme.begin(), scheme.end(), kBearer.begin(), [](char given, char wanted) {
           return given == wanted || given == wanted - 'a' + 'A';
         });
}

}  // namespace

Credential read_credential(std::string_view authorization, std::string_view cookie) {
  authorization = trimmed(authorization);
  if (!authorization.empty()) {
    const auto space = authorization.find(' ');
    if (space == std::string_view::npos || !is_bearer(authorization.substr(0, space))) {
      return {Credential::Kind::kBearer, {}};
    }
    return {Credential::Kind::kBearer, std::string(trimmed(authorization.substr(space)))};
  }
  while (!cookie.empty()) {
    const auto end = std::min(cookie.find(';'), cookie.size());
    const std::string_view pair = trimmed(cookie.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == kSessionCookieName) {
      const std::string_view secret = pair.substr(equals + 1);
      // A cookie that was emptied is the browser's way of having none.
      if (!secret.empty()) return {Credential::Kind::kSessionCookie, std::string(secret)};
    }
    cookie.remove_prefix(std::min(end + 1, cookie.size()));
  }
  return {};
}

}  // namespace tillcast::auth
