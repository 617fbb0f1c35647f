// Products and reviews made up from a seed number: the same rows for the same request, for trying
// things out. They come into a shop as an import does (bulk.h). Pure; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "commerce/bulk_row.h"
#include "storage/query.h"

namespace tillcast::commerce {

struct SeedRequest {
  std::int64_t products = 48;
  /// Reviews of each product, at most limits of the people in `reviewers`.
  std::int64_t reviews = 0;
  /// Of seed_categories(); empty for all.
  std::vector<std::string> categories{};
  std::uint64_t seed = 1;
  std::string shop_id{};
  /// The users who wrote the reviews, by id, in an order that stays.
  std::vector<std::string> reviewers{};
};

/// Products that one seed makes, at most.
inline constexpr std::int64_t kSeedProductsMax = 1'000'000;

/// The categories that products can be made of.
std::vector<std::string> seed_categories();

/// The people whose reviews a seed may make: the first of the store.
std::vector<std::string> seed_reviewers(storage::Queries& queries, std::int64_t count);

/// 422 `validation_failed` for a count or a category that there is not.
Outcome<SeedRequest> check_seed(SeedRequest request);

/// Gives the rows, with line numbers from 1. A product's sku tells its seed, so the same seed again
/// changes the same products instead of making more.
void make_seed(const SeedRequest& request,
               const std::function<void(std::int64_t line, Outcome<BulkRow> row)>& row);

struct ReviewSeed {
  std::int64_t count = 20;
  /// Of the products' own categories; empty for all.
  std::vector<std::string> categories{};
  std::uint64_t seed = 1;
  std::string shop_id{};
};
inline constexpr std::int64_t kSeedReviewsMax = 10'000;
/// Products that one seed of reviews looks at, and people who review them.
inline constexpr std::int64_t kReviewedProductsMax = 1'000;
inline constexpr std::int64_t kReviewersMax = 100;

/// Reviews of products that the shop has on sale, as evenly as it goes, by people who have not
/// reviewed them otherwise; fewer than asked for if there are not so many of both. The same seed
/// again makes the same ones. 422 `validation_failed` for a count out of 1 to kSeedReviewsMax; 409
/// `nothing_to_review`.
Outcome<std::vector<Record>> make_review_seed(storage::Queries& queries, const ReviewSeed& request);

}  // namespace tillcast::commerce
