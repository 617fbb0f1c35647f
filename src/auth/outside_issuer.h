// Other people's identity: what the operator says of an outside issuer of JWTs (Firebase, Auth0,
// Clerk, Supabase and the like), and what one of its tokens says of a user once it is verified.
// Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jwk.h"
#include "auth/principal.h"
#include "base/result.h"

namespace tillcast::auth {

/// One issuer, as the operator configured it.
struct OutsideIssuer {
  /// Must equal the token's `iss`.
  std::string issuer{};
  /// One of these must be in the token's `aud`.
  std::vector<std::string> audiences{};
  /// What its tokens may be signed with.
  std::vector<JwsAlgorithm> algorithms{};
  /// Where its keys are: an https URL, or a file that is read again when it changes. Empty for
  /// HS256.
  std::string jwks{};
  /// The bytes of HS256's shared secret.
  std::string secret{};

  /// Where claims are in the payload, as JSON pointers (RFC 6901); empty takes none.
  std::string email_pointer = "/email";
  std::string name_pointer = "/name";
  std::string role_pointer{};
  std::string shops_pointer{};
  /// The issuer's words for roles. A word that is not here gives no role.
  std::map<std::string, Role, std::less<>> roles{};
  /// A verified e-mail address of this issuer may sign in to the account that has it already.
  bool links_by_email = false;
};

/// What a verified token says.
struct OutsideIdentity {
  std::string issuer{};
  std::string subject{};
  /// Empty unless the issuer says that it has verified the address.
  std::string verified_email{};
  std::string name{};
  /// Nothing if the issuer's tokens do not say roles: then the role here is left as it is.
  std::optional<Role> role{};
  /// Ids of shops that the user works for; nothing if the issuer's tokens do not say so.
  std::optional<std::vector<std::string>> shops{};
  bool links_by_email = false;
};

enum class ClaimsError : std::uint8_t {
  kMalformed,  // no JSON object, a claim of another type than RFC 7519 says, no `sub` or `exp`
  kIssuer,     // another `iss`
  kAudience,   // made for somebody else
  kExpired,
  kNotYet,  // `nbf` or `iat` in the future
};

/// Clocks may differ by this much.
inline constexpr std::int64_t kClockSkewS = 60;
inline constexpr std::size_t kSubjectBytesMax = 255;
inline constexpr std::size_t kOutsideShopsMax = 64;

/// Judges the payload of a token whose signature is right (RFC 7519 section 4.1).
Result<OutsideIdentity, ClaimsError> read_outside_claims(const OutsideIssuer& issuer,
                                                         std::string_view payload,
                                                         std::int64_t now_ms);

/// The `iss` of a token, unverified: only to find whose keys to verify it with. Empty if there is
/// none.
std::string claimed_issuer(std::string_view token);

}  // namespace tillcast::auth
