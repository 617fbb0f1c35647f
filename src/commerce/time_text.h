// Times as text: RFC 3339 UTC with milliseconds, as everywhere on the wire. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tillcast::commerce {

/// `2026-11-21T09:52:00.123Z`, for years 0000 to 9999.
std::string rfc3339(std::int64_t unix_ms);
void append_rfc3339(std::string& out, std::int64_t unix_ms);
/// `2026-11-21`, the UTC day.
std::string utc_day(std::int64_t unix_ms);

}  // namespace tillcast::commerce
