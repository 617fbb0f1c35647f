// Public keys of an outside issuer: JSON Web Keys (RFC 7517) of the kinds that RFC 7518 section 6
// and RFC 8037 define, as OpenSSL keys. Parsed once, then read by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace tillcast::auth {

/// The signatures that an outside token may carry (RFC 7518 section 3.1, RFC 8037 section 3.1).
enum class JwsAlgorithm : std::uint8_t { kRs256, kPs256, kEs256, kEdDsa, kHs256 };

[[nodiscard]] std::string_view to_string(JwsAlgorithm algorithm);
/// Nothing for another text: names are case-sensitive, and `none` is not one of them.
std::optional<JwsAlgorithm> parse_jws_algorithm(std::string_view name);

/// One key and what it may verify.
struct Jwk {
  struct Free {
    void operator()(evp_pkey_st* owned) const;
  };

  /// Empty for a key that has no name.
  std::string kid{};
  /// What the kind of key allows, narrowed by the key's own `alg`.
  std::vector<JwsAlgorithm> algorithms{};
  /// The public key; nothing for a shared secret.
  std::unique_ptr<evp_pkey_st, Free> key{};
  /// The shared secret of HS256.
  std::string secret{};

  [[nodiscard]] bool allows(JwsAlgorithm algorithm) const;
};

using JwkSet = std::vector<Jwk>;

inline constexpr std::size_t kJwkSetBytesMax = 256 * 1024;
inline constexpr std::size_t kJwkSetKeysMax = 64;
/// Shorter RSA keys are refused (RFC 7518 section 3.3), longer ones cost too much to verify with.
inline constexpr int kRsaBitsMin = 2048;
inline constexpr int kRsaBitsMax = 8192;
/// A shared secret is at least as long as the hash (RFC 7518 section 3.2).
inline constexpr std::size_t kSharedSecretBytesMin = 32;

/// Reads `{"keys": […]}`. Keys for encryption, of kinds that are not listed above, or on other
/// curves are left out (RFC 7517 section 5), and so are shared secrets: whoever can read a
/// published key could sign with it, so a secret comes from the operator alone (shared_secret()).
/// An error is a sentence: the text is too long or no key set, a key that could be used is broken
/// or too short, or there is none that can be used.
Result<JwkSet, std::string> parse_jwk_set(std::string_view json);

/// A set of the one secret that the operator shares with an issuer, for HS256. The error is a
/// sentence: it is too short.
Result<JwkSet, std::string> shared_secret(std::string bytes);

}  // namespace tillcast::auth
