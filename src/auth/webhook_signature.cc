#include "auth/webhook_signature.h"

#include "auth/hmac.h"

namespace tillcast::auth {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string sign_webhook(std::string_view secret, std::string_view body, std::int64_t now_ms) {
  const std::string time = std::to_string(now_ms / 1000);
  std::string signed_text = time + '.';
  signed_text += body;
  return "t=" + time + ",v1=" + hex(hmac_sha256(secret, signed_text));
}

}  // namespace tillcast::auth
