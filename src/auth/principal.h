// Who is asking, as the server verified it. Never built from what a client says about itself.
// Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tillcast::auth {

enum class Role : std::uint8_t { kCustomer, kSeller, kAdmin };

[[nodiscard]] std::string_view to_string(Role role);
/// Nothing for a text that names no role.
std::optional<Role> parse_role(std::string_view text);

/// One shop that a user works for.
struct Membership {
  std::string shop_id;
  bool owner = false;

  friend bool operator==(const Membership&, const Membership&) = default;
};

/// A verified identity, as it was when it was read. An anonymous caller has an empty `user_id`.
struct Principal {
  std::string user_id{};
  std::string session_id{};
  Role role = Role::kCustomer;
  std::vector<Membership> shops{};
  /// When the credential that proved this ends; 0 for an anonymous caller.
  std::int64_t expires_at_ms = 0;

  [[nodiscard]] bool signed_in() const { return !user_id.empty(); }
  [[nodiscard]] bool is_admin() const { return signed_in() && role == Role::kAdmin; }
  [[nodiscard]] bool is_member(std::string_view shop_id) const;
  [[nodiscard]] bool is_owner(std::string_view shop_id) const;
};

}  // namespace tillcast::auth
