#include "auth/sign_in_guard.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace tillcast::auth {

namespace {

/// After the first failure that is not free.
std::int64_t wait_ms_after(std::int64_t failures) {
  const std::int64_t paid = failures - limits::kSignInFreeFailures;
  if (paid <= 0) return 0;
  // Twenty times twice is far beyond every bound, and does not overflow.
  const std::int64_t doubled = limits::kSignInWaitMsMin << std::min<std::int64_t>(paid - 1, 20);
  return std::min(doubled, limits::kSignInWaitMsMax);
}

std::string device_mac(const TokenKey& key, std::string_view user_id, std::string_view device) {
  std::string text("device ");
  text.append(user_id).append(" ").append(device);
  return keyed_hash(key, text);
}

}  // namespace

std::string sign_in_key(std::string_view email, std::string_view address, std::string_view device) {
  std::string key(email);
  return device.empty() ? key.append(" at ").append(address) : key.append(" on ").append(device);
}

std::int64_t SignInGuard::begin(std::string_view key, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  Tries& tries = tries_.at(key);
  if (now_ms - tries.last_ms >= limits::kSignInForgetMs) tries = {};
  if (now_ms < tries.next_ms) return tries.next_ms - now_ms;
  tries.last_ms = now_ms;
  tries.next_ms = now_ms + wait_ms_after(++tries.failures);
  return 0;
}

void SignInGuard::succeeded(std::string_view key) {
  const std::lock_guard lock(mutex_);
  tries_.erase(key);
}

void SignInGuard::withdraw(std::string_view key) {
  const std::lock_guard lock(mutex_);
  Tries* const tries = tries_.find(key);
  if (tries == nullptr || tries->failures == 0) return;
  --tries->failures;
  tries->next_ms = 0;
}

std::string device_cookie(const TokenKey& key, std::string_view user_id, std::string_view device) {
  return std::string(device).append(".").append(device_mac(key, user_id, device));
}

std::string device_of(const TokenKey& key, std::string_view user_id, std::string_view cookie) {
  const auto dot = cookie.find('.');
  if (dot != kSecretLength || user_id.empty()) return {};
  const std::string_view device = cookie.substr(0, dot);
  const std::string_view given = cookie.substr(dot + 1);
  const std::string wanted = device_mac(key, user_id, device);
  const bool ours = given.size() == wanted.size() &&
                    CRYPTO_memcmp(given.data(), wanted.data(), given.size()) == 0;
  return ours ? std::string(device) : std::string();
}

}  // namespace tillcast::auth
