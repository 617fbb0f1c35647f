// Entity tags of HTTP answers (RFC 9110 sections 8.8.3 and 13.1.2). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace tillcast::contracts {

/// A strong validator of exactly these bytes, with its quotes.
std::string strong_etag(std::string_view bytes);

/// True if an If-None-Match header names `etag`, compared weakly, or is `*`.
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace tillcast::contracts
