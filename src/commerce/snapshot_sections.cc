#include "commerce/snapshot_sections.h"

#include <string_view>

#include "base/limits.h"
#include "commerce/records.h"
#include "commerce/schema_table.h"
#include "commerce/snapshot.h"
#include "commerce/stats.h"

namespace tillcast::commerce {
namespace {

/// As in the partial index of open orders.
constexpr std::string_view kOpen = "status <> 'delivered' AND status <> 'cancelled'";
constexpr std::string_view kClosed = "status IN ('delivered', 'cancelled')";

constexpr std::string_view kPublicReview = "visibility = 'public'";

/// `condition` may name $3.
SnapshotSection section(Kind kind, std::string_view condition) {
  const std::string narrowing = condition.empty() ? "" : std::string(condition) + " AND ";
  return {kind,
          "SELECT " + std::string(columns_of(kind)) + " FROM " + std::string(spec(kind).table) +
              " WHERE " + narrowing + "id > $1 ORDER BY id LIMIT $2",
          condition.find("$3") != std::string_view::npos};
}

/// Of the records that meet `condition` the first `count` in `order`.
SnapshotSection latest(Kind kind, std::string_view condition, std::string_view order,
                       std::int64_t count) {
  const std::string columns(columns_of(kind));
  return {kind,
          "SELECT " + columns + " FROM (SELECT " + columns + " FROM " +
              std::string(spec(kind).table) + " WHERE " + std::string(condition) + " ORDER BY " +
              std::string(order) + " LIMIT " + std::to_string(count) +
              ") AS latest WHERE id > $1 ORDER BY id LIMIT $2",
          true};
}

std::string public_status() {
  std::string condition = "status IN (";
  for (const std::string_view status : schema::kPublicProductStatuses) {
    if (condition.back() != '(') condition += ", ";
    condition.append("'").append(status) += '\'';
  }
  return condition + ")";
}

/// All of a desk but the shop itself.
std::vector<SnapshotSection> desk_sections() {
  const std::string closed = "shop_id = $3 AND " + std::string(kClosed);
  return {
      section(Kind::kMember, "shop_id = $3"),
      section(Kind::kProduct, "shop_id = $3"),
      section(Kind::kOrder, "shop_id = $3 AND " + std::string(kOpen)),
      latest(Kind::kOrder, closed, "number DESC", limits::kDeskClosedOrdersMax),
      latest(Kind::kStats, "shop_id = $3", "day DESC", kStatsDaysMax + 1),
      latest(Kind::kNotification, "shop_id = $3", "created_at DESC, id DESC",
             kSnapshotNotificationsMax),
      latest(Kind::kStockEntry, "shop_id = $3", "created_at DESC, id DESC",
             kSnapshotStockEntriesMax),
      latest(Kind::kJob, "shop_id = $3", "created_at DESC, id DESC", kSnapshotJobsMax),
  };
}

SnapshotSections once(std::vector<SnapshotSection> sections) {
  const std::size_t count = sections.size();
  return {std::move(sections), count};
}

SnapshotSections make_market() {
  return once({section(Kind::kShop, ""), section(Kind::kProduct, public_status()),
               section(Kind::kReview, kPublicReview)});
}

SnapshotSections make_shop() {
  return once({section(Kind::kShop, "id = $3"),
               section(Kind::kProduct, "shop_id = $3 AND " + public_status()),
               section(Kind::kReview, "shop_id = $3 AND " + std::string(kPublicReview))});
}

SnapshotSections make_desk() {
  std::vector<SnapshotSection> sections = desk_sections();
  sections.insert(sections.begin(), section(Kind::kShop, "id = $3"));
  return once(std::move(sections));
}

SnapshotSections make_user() {
  return once({section(Kind::kUser, "id = $3"), section(Kind::kCart, "user_id = $3"),
               section(Kind::kWishlist, "user_id = $3"),
               section(Kind::kOrder, "customer_id = $3 AND " + std::string(kOpen)),
               latest(Kind::kOrder, "customer_id = $3 AND " + std::string(kClosed),
                      "created_at DESC, id DESC", limits::kDeskClosedOrdersMax),
               latest(Kind::kNotification, "user_id = $3", "created_at DESC, id DESC",
                      kSnapshotNotificationsMax)});
}

SnapshotSections make_admin() {
  SnapshotSections sections{{section(Kind::kUser, ""), section(Kind::kShop, "")}, 2};
  for (SnapshotSection& each : desk_sections()) sections.all.push_back(std::move(each));
  return sections;
}

}  // namespace

const SnapshotSections& snapshot_sections(auth::RoomKind room) {
  static const SnapshotSections kMarket = make_market();
  static const SnapshotSections kShop = make_shop();
  static const SnapshotSections kDesk = make_desk();
  static const SnapshotSections kUser = make_user();
  static const SnapshotSections kAdmin = make_admin();
  switch (room) {
    case auth::RoomKind::kMarket:
      return kMarket;
    case auth::RoomKind::kShop:
      return kShop;
    case auth::RoomKind::kDesk:
      return kDesk;
    case auth::RoomKind::kUser:
      return kUser;
    case auth::RoomKind::kAdmin:
      break;
  }
  return kAdmin;
}

}  // namespace tillcast::commerce
