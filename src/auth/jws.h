// Verifies a signed token of an outside issuer: JWS compact serialisation (RFC 7515 section 7.1)
// with the care that RFC 8725 asks for. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jwk.h"
#include "base/result.h"

namespace tillcast::auth {

/// Longer tokens are refused unread.
inline constexpr std::size_t kOutsideTokenBytesMax = 16 * 1024;

/// Which key a token asks for, before anything of it is believed.
struct JwsHeader {
  JwsAlgorithm algorithm = JwsAlgorithm::kEs256;
  /// Empty if the token names no key.
  std::string kid{};
};

enum class JwsError : std::uint8_t {
  kMalformed,    // not three parts of strict base64url, or a header that is no JSON object
  kAlgorithm,    // `alg` is `none`, unknown, or not one that the issuer is configured for
  kCritical,     // `crit`, `b64`, `zip`, or a `typ` of something that is no JWT
  kKeyInHeader,  // `jku`, `x5u`, `jwk` or `x5c`: a token never brings its own key
  kUnknownKey,   // no key of that name and algorithm
  kBadSignature,
};

/// `allowed` is what the issuer is configured for: the token's own word never widens it.
Result<JwsHeader, JwsError> read_jws_header(std::string_view token,
                                            const std::vector<JwsAlgorithm>& allowed);

/// The payload of a token whose signature is right. A token that names a key is verified with that
/// key alone; one that names none with each key of its algorithm.
Result<std::string, JwsError> verify_jws(std::string_view token,
                                         const std::vector<JwsAlgorithm>& allowed,
                                         const JwkSet& keys);

}  // namespace tillcast::auth
