// The file of `serve --issuers FILE`: the outside issuers whose users may sign in, as JSON. The
// format is in docs/identity.md. One thread, at start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/outside_issuer.h"

namespace tillcast::app {

inline constexpr std::size_t kIssuersMax = 16;

/// Throws std::runtime_error with a sentence for the operator: the file is missing, is no JSON,
/// has a member that is not known, or describes an issuer that could not be judged. Names of files
/// in it are relative to its folder.
std::vector<auth::OutsideIssuer> read_issuers_file(const std::string& path);

/// The same of the file's text; `folder` is where it is.
std::vector<auth::OutsideIssuer> parse_issuers(std::string_view text, const std::string& folder);

}  // namespace tillcast::app
