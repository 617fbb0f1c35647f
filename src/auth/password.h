// Passwords as argon2id strings (RFC 9106, by libsodium). Hashing takes tens of milliseconds, so it
// has a thread of its own: neither an event loop nor the commit thread ever waits for it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/limits.h"
#include "base/problem.h"

namespace tillcast::auth {

/// Passes over memory and memory in bytes of one hash: about 50 ms on a server's core.
inline constexpr unsigned long long kArgon2Passes = 2;
inline constexpr std::size_t kArgon2MemoryBytes = 32ULL * 1024 * 1024;

/// Blocks for the time of one hash. Throws std::runtime_error if there is no memory for it.
std::string hash_password(std::string_view password);
/// Blocks for the time of one hash. False for a text that is no argon2id string.
bool verify_password(std::string_view password, const std::string& hash);
/// True if `hash` was made with other parameters than today's.
bool needs_rehash(const std::string& hash);
/// A hash of today's parameters that no password is known for: to compare with it costs what a real
/// one costs.
std::string decoy_hash();

/// What came of checking a password.
struct PasswordCheck {
  bool matches = false;
  /// A hash with today's parameters to store in place of the old one; empty if that is not needed.
  std::string rehashed{};
};

/// One thread that hashes, with a bounded queue. hash() and verify() from any thread; answers come
/// on the password thread, or at once on the caller's with 503 `busy` when the queue is full.
class PasswordThread {
 public:
  explicit PasswordThread(std::size_t queued_max = limits::kPasswordHashesQueuedMax);
  /// Answers what is queued, then stops.
  ~PasswordThread();
  PasswordThread(const PasswordThread&) = delete;
  PasswordThread& operator=(const PasswordThread&) = delete;

  void hash(std::string password, std::function<void(Outcome<std::string>)> done);
  /// An empty `hash` stands for an unknown account: it takes the same time and never matches.
  void verify(std::string password, std::string hash,
              std::function<void(Outcome<PasswordCheck>)> done);

 private:
  void enqueue(std::function<void()> job, const std::function<void(Problem)>& refuse);
  void run();

  std::size_t queued_max_;
  /// What an unknown account's password is compared with.
  std::string decoy_hash_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::auth
