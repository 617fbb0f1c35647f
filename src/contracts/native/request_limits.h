// Who asks the REST contract too often: by user, and by address where a request is costly.
#pragma once

#include <optional>
#include <string_view>

#include "auth/sign_in_guard.h"
#include "base/limits.h"
#include "base/problem.h"
#include "base/rate_limiter.h"

namespace tillcast::contracts {

struct RequestRates {
  Rate user{limits::kUserRequestsPerSecond, limits::kUserRequestsBurst};
  Rate credentials{limits::kCredentialRequestsPerSecond, limits::kCredentialRequestsBurst};
};

/// Any thread.
class RequestLimits {
 public:
  explicit RequestLimits(const RequestRates& rates = {})
      : users_(rates.user), credentials_(rates.credentials) {}

  /// A request of a signed-in user: 429 `too_many_requests` if it is one too many.
  std::optional<Problem> by_user(std::string_view user_id, std::int64_t now_ms) {
    return refusal(users_.take(user_id, now_ms), "too_many_requests",
                   "You ask too often: wait as long as Retry-After says.");
  }
  /// A request that has a password hashed or a token of others verified: the same by address.
  std::optional<Problem> by_address(std::string_view address, std::int64_t now_ms) {
    return refusal(credentials_.take(address, now_ms), "too_many_requests",
                   "Your address signs in too often: wait as long as Retry-After says.");
  }
  /// A password that is to be compared: 429 `too_many_attempts` if this key must wait.
  std::optional<Problem> by_guesses(std::string_view key, std::int64_t now_ms) {
    return refusal(sign_ins_.begin(key, now_ms), "too_many_attempts",
                   "Too many wrong passwords: wait as long as Retry-After says, then try again.");
  }
  [[nodiscard]] auth::SignInGuard& sign_ins() { return sign_ins_; }

 private:
  static std::optional<Problem> refusal(std::int64_t wait_ms, std::string_view code,
                                        std::string_view detail) {
    if (wait_ms == 0) return std::nullopt;
    Problem problem{429, std::string(code), std::string(detail)};
    problem.retry_after_s = retry_after_s(wait_ms);
    return problem;
  }

  RateLimiter users_;
  RateLimiter credentials_;
  auth::SignInGuard sign_ins_;
};

}  // namespace tillcast::contracts
