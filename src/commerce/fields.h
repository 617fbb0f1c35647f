// The fields that commands name, as places in the schema table. A name that is not in the table
// does not compile. Constants; any thread.
#pragma once

#include "commerce/schema_table.h"

namespace tillcast::commerce {

namespace user {
inline constexpr FieldIndex kEmail = schema::field_of(Kind::kUser, "email");
inline constexpr FieldIndex kName = schema::field_of(Kind::kUser, "name");
inline constexpr FieldIndex kPhone = schema::field_of(Kind::kUser, "phone");
inline constexpr FieldIndex kRole = schema::field_of(Kind::kUser, "role");
}  // namespace user

namespace shop {
inline constexpr FieldIndex kSlug = schema::field_of(Kind::kShop, "slug");
inline constexpr FieldIndex kName = schema::field_of(Kind::kShop, "name");
inline constexpr FieldIndex kCurrency = schema::field_of(Kind::kShop, "currency");
inline constexpr FieldIndex kTagline = schema::field_of(Kind::kShop, "tagline");
inline constexpr FieldIndex kLogoUrl = schema::field_of(Kind::kShop, "logo_url");
inline constexpr FieldIndex kBannerUrl = schema::field_of(Kind::kShop, "banner_url");
inline constexpr FieldIndex kColours = schema::field_of(Kind::kShop, "colours");
inline constexpr FieldIndex kOwnerId = schema::field_of(Kind::kShop, "owner_id");
}  // namespace shop

namespace member {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kMember, "shop_id");
inline constexpr FieldIndex kUserId = schema::field_of(Kind::kMember, "user_id");
inline constexpr FieldIndex kRole = schema::field_of(Kind::kMember, "role");
}  // namespace member

namespace product {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kProduct, "shop_id");
inline constexpr FieldIndex kSku = schema::field_of(Kind::kProduct, "sku");
inline constexpr FieldIndex kName = schema::field_of(Kind::kProduct, "name");
inline constexpr FieldIndex kDescription = schema::field_of(Kind::kProduct, "description");
inline constexpr FieldIndex kCategory = schema::field_of(Kind::kProduct, "category");
inline constexpr FieldIndex kPriceMinor = schema::field_of(Kind::kProduct, "price_minor");
inline constexpr FieldIndex kCostMinor = schema::field_of(Kind::kProduct, "cost_minor");
inline constexpr FieldIndex kStock = schema::field_of(Kind::kProduct, "stock");
inline constexpr FieldIndex kLowStockThreshold =
    schema::field_of(Kind::kProduct, "low_stock_threshold");
inline constexpr FieldIndex kStatus = schema::field_of(Kind::kProduct, "status");
inline constexpr FieldIndex kImageUrl = schema::field_of(Kind::kProduct, "image_url");
inline constexpr FieldIndex kGeneratedImageUrl =
    schema::field_of(Kind::kProduct, "generated_image_url");
inline constexpr FieldIndex kCaption = schema::field_of(Kind::kProduct, "caption");
inline constexpr FieldIndex kRatingAvg = schema::field_of(Kind::kProduct, "rating_avg");
inline constexpr FieldIndex kRatingCount = schema::field_of(Kind::kProduct, "rating_count");
}  // namespace product

namespace review {
inline constexpr FieldIndex kProductId = schema::field_of(Kind::kReview, "product_id");
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kReview, "shop_id");
inline constexpr FieldIndex kAuthorId = schema::field_of(Kind::kReview, "author_id");
inline constexpr FieldIndex kAuthorName = schema::field_of(Kind::kReview, "author_name");
inline constexpr FieldIndex kRating = schema::field_of(Kind::kReview, "rating");
inline constexpr FieldIndex kText = schema::field_of(Kind::kReview, "text");
inline constexpr FieldIndex kVisibility = schema::field_of(Kind::kReview, "visibility");
}  // namespace review

namespace cart {
inline constexpr FieldIndex kUserId = schema::field_of(Kind::kCart, "user_id");
inline constexpr FieldIndex kItems = schema::field_of(Kind::kCart, "items");
}  // namespace cart

namespace wishlist {
inline constexpr FieldIndex kUserId = schema::field_of(Kind::kWishlist, "user_id");
inline constexpr FieldIndex kItems = schema::field_of(Kind::kWishlist, "items");
}  // namespace wishlist

namespace order {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kOrder, "shop_id");
inline constexpr FieldIndex kCustomerId = schema::field_of(Kind::kOrder, "customer_id");
inline constexpr FieldIndex kNumber = schema::field_of(Kind::kOrder, "number");
inline constexpr FieldIndex kItems = schema::field_of(Kind::kOrder, "items");
inline constexpr FieldIndex kTotalMinor = schema::field_of(Kind::kOrder, "total_minor");
inline constexpr FieldIndex kProfitMinor = schema::field_of(Kind::kOrder, "profit_minor");
inline constexpr FieldIndex kStatus = schema::field_of(Kind::kOrder, "status");
inline constexpr FieldIndex kCustomer = schema::field_of(Kind::kOrder, "customer");
}  // namespace order

namespace stock_entry {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kStockEntry, "shop_id");
inline constexpr FieldIndex kProductId = schema::field_of(Kind::kStockEntry, "product_id");
inline constexpr FieldIndex kDelta = schema::field_of(Kind::kStockEntry, "delta");
inline constexpr FieldIndex kReason = schema::field_of(Kind::kStockEntry, "reason");
inline constexpr FieldIndex kStockAfter = schema::field_of(Kind::kStockEntry, "stock_after");
inline constexpr FieldIndex kOrderId = schema::field_of(Kind::kStockEntry, "order_id");
}  // namespace stock_entry

namespace stats {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kStats, "shop_id");
inline constexpr FieldIndex kDay = schema::field_of(Kind::kStats, "day");
inline constexpr FieldIndex kOrders = schema::field_of(Kind::kStats, "orders");
inline constexpr FieldIndex kRevenueMinor = schema::field_of(Kind::kStats, "revenue_minor");
inline constexpr FieldIndex kProfitMinor = schema::field_of(Kind::kStats, "profit_minor");
inline constexpr FieldIndex kUnits = schema::field_of(Kind::kStats, "units");
inline constexpr FieldIndex kProducts = schema::field_of(Kind::kStats, "products");
inline constexpr FieldIndex kLowStock = schema::field_of(Kind::kStats, "low_stock");
inline constexpr FieldIndex kMonth = schema::field_of(Kind::kStats, "month");
inline constexpr FieldIndex kEarlierRevenueMinor =
    schema::field_of(Kind::kStats, "earlier_revenue_minor");
}  // namespace stats

namespace notification {
inline constexpr FieldIndex kUserId = schema::field_of(Kind::kNotification, "user_id");
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kNotification, "shop_id");
inline constexpr FieldIndex kType = schema::field_of(Kind::kNotification, "type");
inline constexpr FieldIndex kMessage = schema::field_of(Kind::kNotification, "message");
inline constexpr FieldIndex kData = schema::field_of(Kind::kNotification, "data");
inline constexpr FieldIndex kRead = schema::field_of(Kind::kNotification, "read");
}  // namespace notification

namespace job {
inline constexpr FieldIndex kShopId = schema::field_of(Kind::kJob, "shop_id");
inline constexpr FieldIndex kProductId = schema::field_of(Kind::kJob, "product_id");
inline constexpr FieldIndex kWorker = schema::field_of(Kind::kJob, "worker");
inline constexpr FieldIndex kState = schema::field_of(Kind::kJob, "state");
inline constexpr FieldIndex kAttempts = schema::field_of(Kind::kJob, "attempts");
inline constexpr FieldIndex kError = schema::field_of(Kind::kJob, "error");
inline constexpr FieldIndex kRowsDone = schema::field_of(Kind::kJob, "rows_done");
inline constexpr FieldIndex kRowsTotal = schema::field_of(Kind::kJob, "rows_total");
}  // namespace job

}  // namespace tillcast::commerce
