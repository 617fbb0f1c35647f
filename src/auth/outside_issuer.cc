#include "auth/outside_issuer.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "auth/base64url.h"
#include "auth/jws.h"

namespace tillcast::auth {
namespace {

using boost::json::object;
using boost::json::value;

std::optional<object> parse_claims(std::string_view json) {
  boost::system::error_code error;
  value parsed = boost::json::parse(json, error);
  if (error || !parsed.is_object()) return std::nullopt;
  return std::move(parsed.get_object());
}

/// A NumericDate (RFC 7519 section 2) in whole seconds; nothing if it is missing or no number that
/// could be a date.
std::optional<std::int64_t> date_of(const object& claims, std::string_view name) {
  constexpr double kDateMax = 1e12;
  const value* claim = claims.if_contains(name);
  if (claim == nullptr || !claim->is_number()) return std::nullopt;
  const double seconds = claim->to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kDateMax) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

bool is_text(const value* claim, std::string_view wanted) {
  return claim != nullptr && claim->is_string() && claim->get_string() == wanted;
}

/// `aud` is a text or a list of texts.
bool has_audience(const object& claims, const std::vector<std::string>& audiences) {
  const value* claim = claims.if_contains("aud");
  if (claim == nullptr) return false;
  return std::any_of(audiences.begin(), audiences.end(), [&](const std::string& wanted) {
    if (!claim->is_array()) return is_text(claim, wanted);
    const auto& list = claim->get_array();
    return std::any_of(list.begin(), list.end(),
                       [&](const value& each) { return is_text(&each, wanted); });
  });
}

const value* find(const value& claims, const std::string& pointer) {
  if (pointer.empty()) return nullptr;
  boost::system::error_code error;
  return claims.find_pointer(pointer, error);
}

std::string text_at(const value& claims, const std::string& pointer) {
  const value* claim = find(claims, pointer);
  if (claim == nullptr || !claim->is_string()) return {};
  return std::string(claim->get_string());
}

/// The highest of the roles that the claim, a text or a list of texts, gives.
Role role_at(const OutsideIssuer& issuer, const value& claims) {
  Role highest = Role::kCustomer;
  const auto take = [&](const value& word) {
    if (!word.is_string()) return;
    const auto role = issuer.roles.find(std::string_view(word.get_string()));
    if (role != issuer.roles.end()) highest = std::max(highest, role->second);
  };
  const value* claim = find(claims, issuer.role_pointer);
  if (claim == nullptr) return highest;
  if (!claim->is_array()) {
    take(*claim);
  } else {
    for (const value& each : claim->get_array()) take(each);
  }
  return highest;
}

std::vector<std::string> shops_at(const OutsideIssuer& issuer, const value& claims) {
  std::vector<std::string> shops;
  const value* claim = find(claims, issuer.shops_pointer);
  if (claim == nullptr || !claim->is_array()) return shops;
  for (const value& each : claim->get_array()) {
    if (shops.size() == kOutsideShopsMax) break;
    if (each.is_string()) shops.emplace_back(each.get_string());
  }
  return shops;
}

std::optional<ClaimsError> check_times(const object& claims, std::int64_t now_s) {
  const auto expires_s = date_of(claims, "exp");
  if (!expires_s) return ClaimsError::kMalformed;
  if (*expires_s + kClockSkewS <= now_s) return ClaimsError::kExpired;
  for (const std::string_view name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const auto from_s = date_of(claims, name);
    if (!from_s) return ClaimsError::kMalformed;
    if (*from_s > now_s + kClockSkewS) return ClaimsError::kNotYet;
  }
  return std::nullopt;
}

}  // namespace

Result<OutsideIdentity, ClaimsError> read_outside_claims(const OutsideIssuer& issuer,
                                                         std::string_view payload,
                                                         std::int64_t now_ms) {
  const auto parsed = parse_claims(payload);
  if (!parsed) return ClaimsError::kMalformed;
  if (!is_text(parsed->if_contains("iss"), issuer.issuer)) return ClaimsError::kIssuer;
  if (!has_audience(*parsed, issuer.audiences)) return ClaimsError::kAudience;
  if (const auto wrong = check_times(*parsed, now_ms / 1000)) return *wrong;
  const value* subject = parsed->if_contains("sub");
  if (subject == nullptr || !subject->is_string() || subject->get_string().empty() ||
      subject->get_string().size() > kSubjectBytesMax) {
    return ClaimsError::kMalformed;
  }
  const value claims(*parsed);
  OutsideIdentity who;
  who.issuer = issuer.issuer;
  who.subject = subject->get_string();
  who.links_by_email = issuer.links_by_email;
  const value* verified = parsed->if_contains("email_verified");
  if (verified != nullptr && verified->is_bool() && verified->get_bool()) {
    who.verified_email = text_at(claims, issuer.email_pointer);
  }
  who.name = text_at(claims, issuer.name_pointer);
  if (!issuer.role_pointer.empty()) who.role = role_at(issuer, claims);
  if (!issuer.shops_pointer.empty()) who.shops = shops_at(issuer, claims);
  return who;
}

std::string claimed_issuer(std::string_view token) {
  if (token.size() > kOutsideTokenBytesMax) return {};
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  const auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  if (!payload) return {};
  const auto claims = parse_claims(*payload);
  if (!claims) return {};
  const value* issuer = claims->if_contains("iss");
  if (issuer == nullptr || !issuer->is_string()) return {};
  return std::string(issuer->get_string());
}

}  // namespace tillcast::auth
