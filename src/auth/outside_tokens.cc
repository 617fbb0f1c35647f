#include "auth/outside_tokens.h"

#include <stdexcept>
#include <utility>

namespace tillcast::auth {
namespace {

Problem refused(std::string detail) { return {401, "unauthenticated", std::move(detail)}; }

Problem refused(JwsError why) {
  switch (why) {
    case JwsError::kMalformed:
      return refused("The token is no signed JWT.");
    case JwsError::kAlgorithm:
      return refused("The token is signed in a way that its issuer is not configured for.");
    case JwsError::kCritical:
      return refused("The token's header asks for something that is not supported.");
    case JwsError::kKeyInHeader:
      return refused("The token brings its own key, which is never believed.");
    case JwsError::kUnknownKey:
      return refused("The token is signed with a key that its issuer does not publish.");
    case JwsError::kBadSignature:
      break;
  }
  return refused("The token's signature is wrong.");
}

Problem refused(ClaimsError why) {
  switch (why) {
    case ClaimsError::kExpired:
      return {401, "token_expired", "The token has ended: get a new one from its issuer."};
    case ClaimsError::kNotYet:
      return refused("The token is not good yet; compare the clocks of both machines.");
    case ClaimsError::kAudience:
      return refused("The token was made for another audience.");
    case ClaimsError::kIssuer:
    case ClaimsError::kMalformed:
      break;
  }
  return refused("The token lacks a claim that is needed: iss, sub, aud, exp.");
}

}  // namespace

OutsideVerifier::OutsideVerifier(std::vector<OutsideIssuer> issuers, const FetchText& fetch,
                                 std::function<void(std::string_view)> report)
    : report_(std::move(report)) {
  for (OutsideIssuer& issuer : issuers) {
    JwkSet shared;
    if (!issuer.secret.empty()) {
      auto made = shared_secret(std::move(issuer.secret));
      if (!made) throw std::runtime_error(issuer.issuer + ": " + made.error());
      shared = *std::move(made);
    }
    IssuerKeys published(issuer.jwks, fetch);
    issuers_.push_back({std::move(issuer), std::move(shared), std::move(published)});
  }
}

Outcome<OutsideIdentity> OutsideVerifier::verify(std::string_view token, std::int64_t now_ms) {
  const std::string claimed = claimed_issuer(token);
  for (Known& known : issuers_) {
    if (known.issuer.issuer == claimed) return verify_by(known, token, now_ms);
  }
  return refused("The token's issuer is not one that this server is configured for.");
}

Outcome<OutsideIdentity> OutsideVerifier::verify_by(Known& known, std::string_view token,
                                                    std::int64_t now_ms) {
  const auto header = read_jws_header(token, known.issuer.algorithms);
  if (!header) return refused(header.error());
  const JwkSet* keys = &known.shared;
  if (known.shared.empty()) {
    const auto published = known.published.keys_for(*header, now_ms);
    if (!published) {
      report_("no keys of the issuer " + known.issuer.issuer + ": " + published.error());
      return Problem{503, "issuer_unreachable",
                     "The keys of the token's issuer cannot be had now. Try again in a minute."};
    }
    keys = *published;
  }
  const auto payload = verify_jws(token, known.issuer.algorithms, *keys);
  if (!payload) return refused(payload.error());
  auto identity = read_outside_claims(known.issuer, *payload, now_ms);
  if (!identity) return refused(identity.error());
  return *std::move(identity);
}

OutsideTokens::OutsideTokens(OutsideVerifier verifier, const Clock& clock)
    : verifier_(std::move(verifier)), clock_(clock), thread_([this] { run(); }) {}

OutsideTokens::~OutsideTokens() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void OutsideTokens::verify(std::string token, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < kOutsideTokensQueuedMax) {
      queue_.push_back({std::move(token), std::move(done)});
      wake_.notify_one();
      return;
    }
  }
  done(Problem{503, "busy", "Too many people are signing in at this moment; try again soon."});
}

void OutsideTokens::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job.done(verifier_.verify(job.token, clock_.unix_ms()));
    lock.lock();
  }
}

}  // namespace tillcast::auth
