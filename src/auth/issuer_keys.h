// The published keys of one outside issuer, kept and fetched again as they rotate. Is told the time
// and given the means to fetch; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "auth/jwk.h"
#include "auth/jws.h"
#include "base/result.h"

namespace tillcast::auth {

/// What a fetch of a key set brought.
struct FetchedText {
  /// For how long its sender says that it holds; 0 if it does not say.
  std::int64_t max_age_s = 0;
  std::string text{};
};
/// Blocks until `where` is fetched. The error is a sentence.
using FetchText = std::function<Result<FetchedText, std::string>(const std::string& where)>;

/// A key set is fetched again after this long, or after what its sender says within the bounds.
inline constexpr std::int64_t kKeysFreshS = 15 * 60;
inline constexpr std::int64_t kKeysFreshSMin = 5 * 60;
inline constexpr std::int64_t kKeysFreshSMax = 24 * 3600;
/// A failed fetch is tried again after this long, and a key that is not in the set makes it be
/// fetched no more often than this: tokens with invented key names must not make a client of the
/// issuer that asks it all the time.
inline constexpr std::int64_t kKeysRefetchS = 60;
/// While the issuer cannot be reached the old set goes on to be used for this long.
inline constexpr std::int64_t kKeysStaleSMax = 24 * 3600;

/// Owns the key set. Errors are sentences of `fetch` and parse_jwk_set().
class IssuerKeys {
 public:
  IssuerKeys(std::string where, FetchText fetch)
      : where_(std::move(where)), fetch_(std::move(fetch)) {}

  /// The keys to verify a token of this header with; fetches if they are old, or if none of them
  /// fits. Good until the next call.
  Result<const JwkSet*, std::string> keys_for(const JwsHeader& header, std::int64_t now_ms);

 private:
  [[nodiscard]] bool has(const JwsHeader& header) const;
  void fetch(std::int64_t now_ms);

  std::string where_;
  FetchText fetch_;
  JwkSet keys_{};
  std::int64_t fresh_until_ms_ = 0;
  std::int64_t usable_until_ms_ = 0;
  std::int64_t may_fetch_at_ms_ = 0;
  std::string last_error_{};
};

}  // namespace tillcast::auth
