// The token with which an outside workflow reports what came of one job. It opens nothing else: it
// is no access token, and whoever shows it is nobody's user. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/tokens.h"

namespace tillcast::auth {

struct JobClaims {
  std::string job_id;
  std::string product_id;
  std::int64_t expires_at_ms = 0;

  friend bool operator==(const JobClaims&, const JobClaims&) = default;
};

std::string sign_job_token(const TokenKey& key, const JobClaims& claims);

/// Whether a credential wants to be a job's token; it says nothing of whether it is good.
bool is_job_token(std::string_view token);

/// That the job still runs is for the caller to find out.
Result<JobClaims, TokenError> verify_job_token(const TokenKey& key, std::string_view token,
                                               std::int64_t now_ms);

}  // namespace tillcast::auth
