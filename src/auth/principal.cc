#include "auth/principal.h"

#include <algorithm>

namespace tillcast::auth {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kCustomer:
      return "customer";
    case Role::kSeller:
      return "seller";
    case Role::kAdmin:
      return "admin";
  }
  return "customer";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::kCustomer, Role::kSeller, Role::kAdmin}) {
    if (text == to_string(role)) return role;
  }
  return std::nullopt;
}

bool Principal::is_member(std::string_view shop_id) const {
  return signed_in() && std::any_of(shops.begin(), shops.end(), [&](const Membership& membership) {
           return membership.shop_id == shop_id;
         });
}

bool Principal::is_owner(std::string_view shop_id) const {
  return signed_in() && std::any_of(shops.begin(), shops.end(), [&](const Membership& membership) {
           return membership.owner && membership.shop_id == shop_id;
         });
}

}  // namespace tillcast::auth
