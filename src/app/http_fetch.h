// Fetches a text by HTTP with libcurl. Blocks, so never on an event loop.
#pragma once

#include <cstdint>
#include <string>

#include "auth/issuer_keys.h"
#include "base/result.h"

namespace tillcast::app {

/// A fetch takes at most this long, connecting included.
inline constexpr std::int64_t kFetchTimeoutMs = 5'000;
/// A longer answer is refused.
inline constexpr std::size_t kFetchBytesMax = auth::kJwkSetBytesMax;

/// GETs an https URL (http is for this machine alone), following no redirect, or reads a file. Any
/// thread. The error is a sentence. Certificates are checked against the system's.
Result<auth::FetchedText, std::string> fetch_text(const std::string& where);

/// Whether `where` is a URL that fetch_text() would GET; anything without `://` is a file.
bool is_fetchable(const std::string& where);

}  // namespace tillcast::app
