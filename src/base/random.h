// Randomness as a dependency: the kernel's for secrets and ids, a seeded one for tests and demo
// data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tillcast {

/// A source of random bytes. Implementations say which threads may call them.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  std::uint64_t u64();
};

/// getrandom(2): unpredictable; any thread.
class KernelRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

/// splitmix64 from a seed: the same bytes in every run; one thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::uint64_t state_;
};

/// `length` characters of [0-9A-Za-z_-], six random bits each: session ids, secrets.
std::string random_token(Random& random, std::size_t length);

}  // namespace tillcast
