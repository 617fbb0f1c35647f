// The signature of a webhook: who receives one can tell that this installation sent it, unchanged
// and lately. `X-Tillcast-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
// `SECONDS.BODY` by the shared secret. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tillcast::auth {

inline constexpr std::string_view kWebhookSignatureHeader = "X-Tillcast-Signature";

/// The header's value for a body that is sent at this time.
std::string sign_webhook(std::string_view secret, std::string_view body, std::int64_t now_ms);

}  // namespace tillcast::auth
