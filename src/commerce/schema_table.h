// The schema: every kind, every field. Validation, JSON, SQL and rooms follow from this table, and
// a test holds that the migrated tables equal it. Constants; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "commerce/schema.h"

namespace tillcast::commerce::schema {

using auth::FieldAudience;
using enum FieldType;

inline constexpr std::int64_t kIdBytesMax = 64;
inline constexpr std::int64_t kJsonBytesMax = 64 * 1024;
inline constexpr std::int64_t kMoneyMinorMax = 9'000'000'000'000'000;

// What each record starts with.
inline constexpr FieldSpec kIdField{
    .name = "id", .required = true, .min = 1, .max = kIdBytesMax, .format = TextFormat::kId};
inline constexpr FieldSpec kVersionField{
    .name = "version", .type = kInteger, .required = true, .min = 1};
inline constexpr FieldSpec kCreatedAtField{
    .name = "created_at", .type = kTimestamp, .required = true};
/// Of the kinds that are listed by time.
inline constexpr FieldSpec kIndexedCreatedAtField{
    .name = "created_at", .type = kTimestamp, .required = true, .indexed = true};
inline constexpr FieldSpec kUpdatedAtField{
    .name = "updated_at", .type = kTimestamp, .required = true};

/// The id of another record, set by the server.
constexpr FieldSpec reference(std::string_view name, bool required, FieldAudience audience,
                              bool indexed = true) {
  return {.name = name,
          .required = required,
          .audience = audience,
          .min = 1,
          .max = kIdBytesMax,
          .format = TextFormat::kId,
          .indexed = indexed};
}

inline constexpr std::string_view kRoles[] = {"customer", "seller", "admin"};
inline constexpr FieldSpec kUserFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    {.name = "email",
     .required = true,
     .audience = FieldAudience::kOwner,
     .on_create = Writers::kOwner,
     .min = 3,
     .max = 254,
     .format = TextFormat::kEmail,
     .indexed = true},
    {.name = "name",
     .required = true,
     .on_create = Writers::kOwner,
     .on_patch = Writers::kOwner,
     .min = 1,
     .max = 100},
    {.name = "phone",
     .audience = FieldAudience::kOwner,
     .on_create = Writers::kOwner,
     .on_patch = Writers::kOwner,
     .min = 3,
     .max = 40},
    {.name = "role", .type = kEnum, .required = true, .has_default = true, .values = kRoles},
};

inline constexpr FieldSpec kShopFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    {.name = "slug",
     .required = true,
     .has_default = true,
     .on_create = Writers::kOwner,
     .on_patch = Writers::kShop,
     .min = 2,
     .max = 40,
     .format = TextFormat::kSlug,
     .indexed = true},
    {.name = "name",
     .required = true,
     .on_create = Writers::kOwner,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 100,
     .indexed = true},
    {.name = "currency",
     .required = true,
     .has_default = true,
     .on_create = Writers::kOwner,
     .min = 3,
     .max = 3,
     .format = TextFormat::kCurrency},
    {.name = "tagline", .on_create = Writers::kOwner, .on_patch = Writers::kShop, .max = 200},
    {.name = "logo_url",
     .on_create = Writers::kOwner,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 500,
     .format = TextFormat::kUrl,
     .indexed = true},
    {.name = "banner_url",
     .on_create = Writers::kOwner,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 500,
     .format = TextFormat::kUrl,
     .indexed = true},
    {.name = "colours",
     .type = kJson,
     .on_create = Writers::kOwner,
     .on_patch = Writers::kShop,
     .max = 200,
     .shape = JsonShape::kColours},
    reference("owner_id", true, FieldAudience::kEveryone),
};

inline constexpr std::string_view kMemberRoles[] = {"owner", "staff"};
inline constexpr FieldSpec kMemberFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kShop),
    reference("user_id", true, FieldAudience::kShop),
    {.name = "role",
     .type = kEnum,
     .required = true,
     .audience = FieldAudience::kShop,
     .values = kMemberRoles},
};

inline constexpr std::string_view kProductStatuses[] = {"draft",    "active", "processing",
                                                        "enriched", "failed", "archived"};
/// Enriching a product that is on sale does not take it off the shelf, so only these two hide it:
/// draft and archived are left out.
inline constexpr std::string_view kPublicProductStatuses[] = {"active", "processing", "enriched",
                                                              "failed"};
inline constexpr FieldSpec kProductFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kEveryone),
    {.name = "sku",
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 64,
     .indexed = true},
    {.name = "name",
     .required = true,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 200,
     .indexed = true,
     .searchable = true},
    {.name = "description",
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .max = 5'000,
     .searchable = true},
    {.name = "category",
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 60,
     .indexed = true},
    {.name = "price_minor",
     .type = kInteger,
     .required = true,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .max = limits::kPriceMinorMax,
     .indexed = true},
    {.name = "cost_minor",
     .type = kInteger,
     .required = true,
     .has_default = true,
     .audience = FieldAudience::kShop,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .max = limits::kPriceMinorMax},
    {.name = "stock",
     .type = kInteger,
     .required = true,
     .has_default = true,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .max = limits::kStockMax,
     .additive = true},
    {.name = "low_stock_threshold",
     .type = kInteger,
     .required = true,
     .has_default = true,
     .audience = FieldAudience::kShop,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .max = limits::kStockMax},
    {.name = "status",
     .type = kEnum,
     .required = true,
     .has_default = true,
     .on_create = Writers::kShop,
     .on_patch = Writers::kShopAndJob,
     .values = kProductStatuses,
     .indexed = true},
    {.name = "image_url",
     .on_create = Writers::kShop,
     .on_patch = Writers::kShop,
     .min = 1,
     .max = 500,
     .format = TextFormat::kUrl,
     .indexed = true},
    {.name = "generated_image_url",
     .on_patch = Writers::kJob,
     .min = 1,
     .max = 500,
     .format = TextFormat::kUrl,
     .indexed = true},
    {.name = "caption",
     .on_create = Writers::kShop,
     .on_patch = Writers::kShopAndJob,
     .max = 1'000},
    {.name = "rating_avg",
     .type = kHundredths,
     .required = true,
     .has_default = true,
     .max = 500,
     .indexed = true},
    {.name = "rating_count", .type = kInteger, .required = true, .has_default = true},
};

inline constexpr std::string_view kReviewVisibilities[] = {"public", "hidden"};
/// An image of the log that is older than the field has none: all reviews were public.
inline constexpr std::string_view kPublicReviewVisibilities[] = {"public", ""};
inline constexpr FieldSpec kReviewFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("product_id", true, FieldAudience::kEveryone),
    reference("shop_id", true, FieldAudience::kEveryone),
    reference("author_id", true, FieldAudience::kEveryone),
    {.name = "author_name", .required = true, .has_default = true, .min = 1, .max = 100},
    {.name = "rating",
     .type = kInteger,
     .required = true,
     .on_create = Writers::kOwner,
     .min = 1,
     .max = 5},
    {.name = "text", .on_create = Writers::kOwner, .max = 2'000},
    // A review is seen where its product is. It says so itself, so that what is in a room can be
    // told from the review alone; nobody is shown the word.
    {.name = "visibility",
     .type = kEnum,
     .required = true,
     .has_default = true,
     .audience = FieldAudience::kNobody,
     .values = kReviewVisibilities},
};

inline constexpr FieldSpec kCartFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    reference("user_id", true, FieldAudience::kOwner),
    {.name = "items",
     .type = kJson,
     .required = true,
     .audience = FieldAudience::kOwner,
     .max = kJsonBytesMax,
     .shape = JsonShape::kCartItems},
};

inline constexpr FieldSpec kWishlistFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    reference("user_id", true, FieldAudience::kOwner),
    {.name = "items",
     .type = kJson,
     .required = true,
     .audience = FieldAudience::kOwner,
     .max = kJsonBytesMax,
     .shape = JsonShape::kWishlistItems},
};

inline constexpr std::string_view kOrderStatuses[] = {"pending", "confirmed", "preparing",
                                                      "ready",   "delivered", "cancelled"};
inline constexpr FieldSpec kOrderFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kOwner),
    reference("customer_id", true, FieldAudience::kOwner),
    {.name = "number",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kOwner,
     .min = 1,
     .indexed = true},
    {.name = "items",
     .type = kJson,
     .required = true,
     .audience = FieldAudience::kOwner,
     .max = kJsonBytesMax,
     .shape = JsonShape::kOrderItems},
    {.name = "total_minor",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kOwner,
     .max = kMoneyMinorMax},
    {.name = "profit_minor",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .min = -kMoneyMinorMax,
     .max = kMoneyMinorMax},
    {.name = "status",
     .type = kEnum,
     .required = true,
     .audience = FieldAudience::kOwner,
     .on_patch = Writers::kOwnerAndShop,
     .values = kOrderStatuses},
    {.name = "customer",
     .type = kJson,
     .required = true,
     .audience = FieldAudience::kOwner,
     .max = 2'000,
     .shape = JsonShape::kCustomer},
};

inline constexpr std::string_view kStockReasons[] = {"initial", "sale", "cancel", "correction"};
inline constexpr FieldSpec kStockEntryFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kShop),
    reference("product_id", true, FieldAudience::kShop, false),
    {.name = "delta",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .min = -limits::kStockMax,
     .max = limits::kStockMax},
    {.name = "reason",
     .type = kEnum,
     .required = true,
     .audience = FieldAudience::kShop,
     .values = kStockReasons},
    {.name = "stock_after",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .max = limits::kStockMax},
    reference("order_id", false, FieldAudience::kShop, false),
};

inline constexpr FieldSpec kStatsFields[] = {
    kIdField,
    kVersionField,
    kCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kShop),
    // A UTC day such as 2026-11-21, or `total`.
    {.name = "day",
     .required = true,
     .audience = FieldAudience::kShop,
     .min = 5,
     .max = 10,
     .indexed = true},
    {.name = "orders",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax,
     .additive = true},
    {.name = "revenue_minor",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax,
     .additive = true},
    {.name = "profit_minor",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .min = -kMoneyMinorMax,
     .max = kMoneyMinorMax,
     .additive = true},
    {.name = "units",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax,
     .additive = true},
    // Of the total alone, which every transaction that changes the shop's products or orders ends
    // with: products there are, and those of them whose stock is below their threshold.
    {.name = "products",
     .type = kInteger,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax,
     .additive = true},
    {.name = "low_stock",
     .type = kInteger,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax,
     .additive = true},
    // The latest UTC month in which something was sold, such as 2026-11, and the revenue of all
    // before it: the rest of revenue_minor is that month's.
    {.name = "month", .audience = FieldAudience::kShop, .min = 7, .max = 7},
    {.name = "earlier_revenue_minor",
     .type = kInteger,
     .audience = FieldAudience::kShop,
     .max = kMoneyMinorMax},
};

inline constexpr std::string_view kNotificationTypes[] = {"new_order", "low_stock", "order_status"};
inline constexpr FieldSpec kNotificationFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("user_id", false, FieldAudience::kOwner),
    reference("shop_id", false, FieldAudience::kOwner),
    {.name = "type",
     .type = kEnum,
     .required = true,
     .audience = FieldAudience::kOwner,
     .values = kNotificationTypes},
    {.name = "message", .required = true, .audience = FieldAudience::kOwner, .min = 1, .max = 500},
    {.name = "data",
     .type = kJson,
     .audience = FieldAudience::kOwner,
     .max = kJsonBytesMax,
     .shape = JsonShape::kObject},
    {.name = "read",
     .type = kBoolean,
     .required = true,
     .has_default = true,
     .audience = FieldAudience::kOwner,
     .on_patch = Writers::kOwnerAndShop},
};

inline constexpr std::string_view kJobStates[] = {"queued", "running", "done", "failed"};
inline constexpr FieldSpec kJobFields[] = {
    kIdField,
    kVersionField,
    kIndexedCreatedAtField,
    kUpdatedAtField,
    reference("shop_id", true, FieldAudience::kShop),
    // Of work on one product.
    reference("product_id", false, FieldAudience::kShop),
    // Which kind of work, by the name of who does it.
    {.name = "worker", .required = true, .audience = FieldAudience::kShop, .min = 1, .max = 60},
    {.name = "state",
     .type = kEnum,
     .required = true,
     .audience = FieldAudience::kShop,
     .values = kJobStates,
     .indexed = true},
    {.name = "attempts",
     .type = kInteger,
     .required = true,
     .audience = FieldAudience::kShop,
     .max = 1'000'000},
    {.name = "error", .audience = FieldAudience::kShop, .min = 1, .max = 1'000},
    // How far work on many records has come.
    {.name = "rows_done",
     .type = kInteger,
     .audience = FieldAudience::kShop,
     .max = limits::kBulkRowsMax},
    {.name = "rows_total",
     .type = kInteger,
     .audience = FieldAudience::kShop,
     .max = limits::kBulkRowsMax},
};

constexpr FieldIndex index_of(std::span<const FieldSpec> fields, std::string_view name) {
  for (FieldIndex i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return kNoField;
}

/// What narrows a kind's rooms: the fields that name its shop and its user.
struct Owners {
  std::string_view shop_field;
  std::string_view user_field;
};

constexpr KindSpec kind_spec(Kind kind, std::string_view name, std::string_view table,
                             std::span<const FieldSpec> fields, Owners owners, int audiences) {
  return {.kind = kind,
          .name = name,
          .table = table,
          .fields = fields,
          .shop_field = index_of(fields, owners.shop_field),
          .user_field = index_of(fields, owners.user_field),
          .audiences = static_cast<storage::AudienceSet>(audiences)};
}

constexpr KindSpec public_while(KindSpec kind, std::string_view field,
                                std::span<const std::string_view> values) {
  kind.public_field = index_of(kind.fields, field);
  kind.public_values = values;
  return kind;
}

constexpr KindSpec inserts_held(KindSpec kind) {
  kind.inserts_held = true;
  return kind;
}

/// In the order of Kind.
inline constexpr std::array<KindSpec, kKindCount> kKinds = {
    kind_spec(Kind::kUser, "user", "users", kUserFields, {"", "id"},
              storage::kOwner | storage::kAdmin),
    kind_spec(Kind::kShop, "shop", "shops", kShopFields, {"id", "owner_id"},
              storage::kPublic | storage::kDesk | storage::kAdmin),
    kind_spec(Kind::kMember, "member", "members", kMemberFields, {"shop_id", "user_id"},
              storage::kDesk | storage::kAdmin),
    public_while(kind_spec(Kind::kProduct, "product", "products", kProductFields, {"shop_id", ""},
                           storage::kPublic | storage::kDesk | storage::kAdmin),
                 "status", kPublicProductStatuses),
    public_while(kind_spec(Kind::kReview, "review", "reviews", kReviewFields,
                           {"shop_id", "author_id"}, storage::kPublic),
                 "visibility", kPublicReviewVisibilities),
    kind_spec(Kind::kCart, "cart", "carts", kCartFields, {"", "user_id"}, storage::kOwner),
    kind_spec(Kind::kWishlist, "wishlist", "wishlists", kWishlistFields, {"", "user_id"},
              storage::kOwner),
    inserts_held(kind_spec(Kind::kOrder, "order", "orders", kOrderFields,
                           {"shop_id", "customer_id"},
                           storage::kDesk | storage::kOwner | storage::kAdmin)),
    inserts_held(kind_spec(Kind::kStockEntry, "stock_entry", "stock_entries", kStockEntryFields,
                           {"shop_id", ""}, storage::kDesk | storage::kAdmin)),
    kind_spec(Kind::kStats, "stats", "stats", kStatsFields, {"shop_id", ""},
              storage::kDesk | storage::kAdmin),
    inserts_held(kind_spec(Kind::kNotification, "notification", "notifications",
                           kNotificationFields, {"shop_id", "user_id"},
                           storage::kDesk | storage::kOwner | storage::kAdmin)),
    kind_spec(Kind::kJob, "job", "jobs", kJobFields, {"shop_id", ""},
              storage::kDesk | storage::kAdmin),
};

/// The place of a field by its name, at compile time; a name that does not exist does not compile.
consteval FieldIndex field_of(Kind kind, std::string_view name) {
  const FieldIndex index = index_of(kKinds[static_cast<std::size_t>(kind)].fields, name);
  if (index == kNoField) throw "no such field";
  return index;
}

}  // namespace tillcast::commerce::schema
