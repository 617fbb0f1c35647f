#include "contracts/dialect/orders.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cctype>

#include "commerce/orders.h"
#include "commerce/shops.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"

namespace tillcast::contracts {

namespace {

using commerce::RecordImage;

/// The shops whose orders the caller sees; none for a customer.
Outcome<std::vector<std::string>> shops_of(storage::Queries& queries, const auth::Principal& who) {
  std::vector<std::string> shops;
  for (const auth::Membership& membership : who.shops) shops.push_back(membership.shop_id);
  if (!who.is_admin()) return shops;
  const auto all = read_all(
      [&](const commerce::PageRequest& page) { return commerce::list_shops(queries, page); });
  if (!all) return all.error();
  shops.clear();
  for (const RecordImage& shop : *all) shops.push_back(shop.id);
  return shops;
}

}  // namespace

Outcome<commerce::Values> read_status(std::string_view body) {
  auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  std::string status = text_member(*parsed, "status");
  std::transform(status.begin(), status.end(), status.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (status.empty()) {
    return commerce::validation_problem({{"status", "required", "Say the new status."}});
  }
  return commerce::validate(commerce::Kind::kOrder, boost::json::object{{"status", status}},
                            commerce::BodyMode::kPatch, commerce::Writers::kOwnerAndShop);
}

Outcome<std::vector<RecordImage>> orders_for(storage::Queries& queries, const auth::Principal& who,
                                             const std::string& shop) {
  auto shops = shop.empty() ? shops_of(queries, who) : std::vector<std::string>{shop};
  if (!shops) return shops.error();
  if (shops->empty()) shops->emplace_back();
  std::vector<RecordImage> all;
  for (const std::string& each : *shops) {
    const auto orders = read_all([&](const commerce::PageRequest& page) {
      return commerce::list_orders(queries, who, {each, {}, page});
    });
    if (!orders) return orders.error();
    all.insert(all.end(), orders->begin(), orders->end());
  }
  // Ids sort by creation.
  std::stable_sort(all.begin(), all.end(),
                   [](const RecordImage& a, const RecordImage& b) { return a.id > b.id; });
  if (all.size() > kListedRecordsMax) all.resize(kListedRecordsMax);
  return all;
}

}  // namespace tillcast::contracts
