// gzip as a content coding of HTTP (RFC 9110 section 8.4.1.3). Any thread.
#pragma once

#include <string>
#include <string_view>

#include "protocol/http.h"

namespace tillcast::protocol {

/// Whether Accept-Encoding lets an answer be gzip (RFC 9110 section 12.5.3).
bool accepts_gzip(const HttpRequest& request);

std::string gzip(std::string_view data);

}  // namespace tillcast::protocol
