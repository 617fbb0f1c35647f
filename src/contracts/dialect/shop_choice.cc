#include "contracts/dialect/shop_choice.h"

#include <algorithm>

#include "commerce/catalogue.h"
#include "commerce/problems.h"

namespace tillcast::contracts {

Outcome<std::string> shop_for(const auth::Principal& who, std::string_view named) {
  if (!who.signed_in()) return commerce::unauthenticated();
  if (!named.empty()) return std::string(named);
  if (who.shops.empty()) {
    return commerce::forbidden("Only the people of a shop can do this.");
  }
  const auto owned = std::find_if(who.shops.begin(), who.shops.end(),
                                  [](const auth::Membership& each) { return each.owner; });
  return owned == who.shops.end() ? who.shops.front().shop_id : owned->shop_id;
}

std::string shop_listed(const auth::Principal& who, const std::string& named) {
  return named.empty() && !who.shops.empty() ? *shop_for(who, {}) : named;
}

Outcome<std::string> shop_of(storage::Queries& queries, const auth::Principal& who,
                             const std::vector<commerce::ItemLine>& items) {
  std::string shop;
  for (const commerce::ItemLine& item : items) {
    const auto product = commerce::get_product(queries, who, item.product_id);
    if (!product) return commerce::unknown_product(item.product_id);
    if (!shop.empty() && shop != product->shop_id) {
      return Problem{422, "several_shops",
                     "These products are of different shops: order from one shop at a time."};
    }
    shop = product->shop_id;
  }
  return shop;
}

std::vector<auth::RoomName> desks_of(const auth::Principal& who) {
  if (who.is_admin()) return {{auth::RoomKind::kAdmin, {}}};
  std::vector<auth::RoomName> desks;
  for (const auth::Membership& membership : who.shops) {
    desks.push_back({auth::RoomKind::kDesk, membership.shop_id});
  }
  return desks;
}

}  // namespace tillcast::contracts
