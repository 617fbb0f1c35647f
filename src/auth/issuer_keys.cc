#include "auth/issuer_keys.h"

#include <algorithm>
#include <utility>

namespace tillcast::auth {

Result<const JwkSet*, std::string> IssuerKeys::keys_for(const JwsHeader& header,
                                                        std::int64_t now_ms) {
  const bool wants_fetch = now_ms >= fresh_until_ms_ || !has(header);
  if (wants_fetch && now_ms >= may_fetch_at_ms_) fetch(now_ms);
  if (now_ms >= usable_until_ms_) return last_error_;
  return &keys_;
}

bool IssuerKeys::has(const JwsHeader& header) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const Jwk& key) {
    return key.allows(header.algorithm) && (header.kid.empty() || key.kid == header.kid);
  });
}

void IssuerKeys::fetch(std::int64_t now_ms) {
  may_fetch_at_ms_ = now_ms + kKeysRefetchS * 1000;
  auto fetched = fetch_(where_);
  if (!fetched) {
    last_error_ = fetched.error();
    return;
  }
  auto parsed = parse_jwk_set(fetched->text);
  if (!parsed) {
    last_error_ = parsed.error();
    return;
  }
  keys_ = *std::move(parsed);
  const std::int64_t fresh_s = fetched->max_age_s == 0
                                   ? kKeysFreshS
                                   : std::clamp(fetched->max_age_s, kKeysFreshSMin, kKeysFreshSMax);
  fresh_until_ms_ = now_ms + fresh_s * 1000;
  usable_until_ms_ = fresh_until_ms_ + kKeysStaleSMax * 1000;
}

}  // namespace tillcast::auth
