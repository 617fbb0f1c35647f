// Verifies tokens of the outside issuers that are configured. Fetching their keys may block for
// seconds, so it has a thread of its own with a bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "auth/issuer_keys.h"
#include "auth/outside_issuer.h"
#include "base/clock.h"
#include "base/problem.h"

namespace tillcast::auth {

/// The judgement alone: one thread, blocks while keys are fetched.
class OutsideVerifier {
 public:
  /// `report` is told, in a sentence, why keys could not be had.
  OutsideVerifier(std::vector<OutsideIssuer> issuers, const FetchText& fetch,
                  std::function<void(std::string_view)> report);

  /// 401 `unauthenticated` for a token that is not good, 401 `token_expired` for an old one, 503
  /// `issuer_unreachable` if there are no keys to judge by. The detail names what is wrong, but
  /// nothing that would help to forge one.
  Outcome<OutsideIdentity> verify(std::string_view token, std::int64_t now_ms);

 private:
  struct Known {
    OutsideIssuer issuer{};
    /// HS256: never fetched.
    JwkSet shared{};
    IssuerKeys published;
  };
  Outcome<OutsideIdentity> verify_by(Known& known, std::string_view token, std::int64_t now_ms);

  std::vector<Known> issuers_;
  std::function<void(std::string_view)> report_;
};

/// Tokens that wait for their judgement; past it callers are told to try again.
inline constexpr std::size_t kOutsideTokensQueuedMax = 256;

/// The thread. verify() from any thread; answers come on it, or at once with 503 `busy`.
class OutsideTokens {
 public:
  using Done = std::function<void(Outcome<OutsideIdentity>)>;

  /// `clock` outlives it.
  OutsideTokens(OutsideVerifier verifier, const Clock& clock);
  /// Answers what is queued, then stops.
  ~OutsideTokens();
  OutsideTokens(const OutsideTokens&) = delete;
  OutsideTokens& operator=(const OutsideTokens&) = delete;

  void verify(std::string token, Done done);

 private:
  struct Job {
    std::string token{};
    Done done{};
  };
  void run();

  OutsideVerifier verifier_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::auth
