#include "auth/password.h"

#include <sodium.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace tillcast::auth {
namespace {

void ready_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

Problem busy() {
  return {503, "busy", "Too many people are signing in at this moment; try again in a second."};
}

}  // namespace

std::string hash_password(std::string_view password) {
  ready_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kArgon2Passes,
                            kArgon2MemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::runtime_error("no memory to hash a password");
  }
  return hash.data();
}

bool verify_password(std::string_view password, const std::string& hash) {
  ready_sodium();
  // libsodium reads a whole STRBYTES array, and would take other algorithms' texts.
  if (hash.size() >= crypto_pwhash_STRBYTES ||
      !hash.starts_with(crypto_pwhash_argon2id_STRPREFIX)) {
    return false;
  }
  std::array<char, crypto_pwhash_STRBYTES> text{};
  hash.copy(text.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

std::string decoy_hash() {
  // Written down and not computed, because a hash takes much memory for its time.
  return std::string("$argon2id$v=19$m=") + std::to_string(kArgon2MemoryBytes / 1024) +
         ",t=" + std::to_string(kArgon2Passes) + ",p=1$" + std::string(22, 'A') + '$' +
         std::string(43, 'A');
}

bool needs_rehash(const std::string& hash) {
  ready_sodium();
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kArgon2Passes, kArgon2MemoryBytes) != 0;
}

PasswordThread::PasswordThread(std::size_t queued_max)
    : queued_max_(queued_max), decoy_hash_(decoy_hash()), thread_([this] { run(); }) {}

PasswordThread::~PasswordThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void PasswordThread::hash(std::string password, std::function<void(Outcome<std::string>)> done) {
  auto job = [password = std::move(password), done] {
    try {
      done(hash_password(password));
    } catch (const std::runtime_error&) {
      done(busy());
    }
  };
  enqueue(std::move(job), [&](Problem problem) { done(std::move(problem)); });
}

void PasswordThread::verify(std::string password, std::string hash,
                            std::function<void(Outcome<PasswordCheck>)> done) {
  auto job = [this, password = std::move(password), hash = std::move(hash), done] {
    PasswordCheck check;
    check.matches = verify_password(password, hash.empty() ? decoy_hash_ : hash) && !hash.empty();
    if (check.matches && needs_rehash(hash)) {
      try {
        check.rehashed = hash_password(password);
      } catch (const std::runtime_error&) {
        // Signing in is what was asked for; the old hash stays until the next time.
        check.rehashed.clear();
      }
    }
    done(std::move(check));
  };
  enqueue(std::move(job), [&](Problem problem) { done(std::move(problem)); });
}

void PasswordThread::enqueue(std::function<void()> job,
                             const std::function<void(Problem)>& refuse) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < queued_max_) {
      queue_.push_back(std::move(job));
      wake_.notify_one();
      return;
    }
  }
  refuse(busy());
}

void PasswordThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const std::function<void()> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace tillcast::auth
