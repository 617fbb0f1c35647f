#include "auth/job_token.h"

#include <boost/json/object.hpp>

#include "auth/signed_json.h"

namespace tillcast::auth {
namespace {

/// base64url of {"alg":"HS256","typ":"JOB"}.
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpPQiJ9";

}  // namespace

std::string sign_job_token(const TokenKey& key, const JobClaims& claims) {
  return sign_json(
      key, kHeader,
      {{"job", claims.job_id}, {"product", claims.product_id}, {"exp_ms", claims.expires_at_ms}});
}

bool is_job_token(std::string_view token) {
  return token.starts_with(kHeader) && token.substr(kHeader.size()).starts_with('.');
}

Result<JobClaims, TokenError> verify_job_token(const TokenKey& key, std::string_view token,
                                               std::int64_t now_ms) {
  const auto payload = open_signed_json(key, kHeader, token);
  if (!payload) return payload.error();
  const auto job = text_claim(*payload, "job");
  const auto product = text_claim(*payload, "product");
  const auto ends = time_claim(*payload, "exp_ms");
  if (!job || !product || !ends) return TokenError::kMalformed;
  if (*ends <= now_ms) return TokenError::kExpired;
  return JobClaims{*job, *product, *ends};
}

}  // namespace tillcast::auth
