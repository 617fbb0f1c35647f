// Slows down who guesses passwords, and nobody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "auth/tokens.h"
#include "base/limits.h"
#include "base/recent_table.h"

namespace tillcast::auth {

/// Who tries to sign in to which account: a key of SignInGuard. A browser that has signed in to the
/// account before shows a device cookie and is known by that; all others are known by their
/// address. So who fails on purpose makes nobody wait but themselves, and those at the same address
/// who were never here. Whether there is such an account does not matter.
std::string sign_in_key(std::string_view email, std::string_view address, std::string_view device);

/// Wrong passwords by key. The first limits::kSignInFreeFailures cost nothing, each further one
/// makes the next try wait twice as long, up to limits::kSignInWaitMsMax. Any thread. Knows a
/// bounded number of keys; those that were quiet the longest are forgotten first.
class SignInGuard {
 public:
  explicit SignInGuard(std::size_t keys_max = limits::kSignInKeysMax) : tries_(keys_max) {}

  /// Before a password is compared: 0, or the milliseconds that the key must wait. A try counts as
  /// failed at once, so that many at the same time are no way around it.
  std::int64_t begin(std::string_view key, std::int64_t now_ms);
  /// The password was right: all is forgotten.
  void succeeded(std::string_view key);
  /// The password was not compared after all.
  void withdraw(std::string_view key);

 private:
  struct Tries {
    std::int64_t failures = 0;
    std::int64_t last_ms = 0;
    std::int64_t next_ms = 0;
  };
  std::mutex mutex_;
  RecentTable<Tries> tries_;
};

/// The cookie by which a browser is known that has signed in to an account: HttpOnly, for a year.
/// It proves nothing else, and opens nothing.
inline constexpr std::string_view kDeviceCookieName = "tillcast_device";

/// The cookie's value for a device with that random name.
std::string device_cookie(const TokenKey& key, std::string_view user_id, std::string_view device);
/// The device that a cookie's value names; empty if it was not made for this account here.
std::string device_of(const TokenKey& key, std::string_view user_id, std::string_view cookie);

}  // namespace tillcast::auth
