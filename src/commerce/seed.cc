#include "commerce/seed.h"

#include <algorithm>

#include "base/random.h"
#include "commerce/demo_table.h"
#include "commerce/fields.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

std::vector<const CatalogueRow*> rows_of(const std::vector<std::string>& categories) {
  std::vector<const CatalogueRow*> rows;
  for (const auto& catalogue : {bakery_catalogue(), gadgets_catalogue()}) {
    for (const CatalogueRow& row : catalogue) {
      const bool wanted = categories.empty() || std::find(categories.begin(), categories.end(),
                                                          row.article.category) != categories.end();
      if (wanted) rows.push_back(&row);
    }
  }
  return rows;
}

std::string product_id(const SeedRequest& request, std::int64_t number) {
  // Ids are of the whole store, so the shop is part of them.
  return "seed" + std::to_string(request.seed) + '_' + std::to_string(number) + '_' +
         request.shop_id.substr(0, 30);
}

Record make_product(const SeedRequest& request, const CatalogueRow& row, std::int64_t number,
                    SeededRandom& random) {
  const auto pick = [&random](std::uint64_t below) {
    return static_cast<std::int64_t>(random.u64() % below);
  };
  Record product(Kind::kProduct);
  product.set(kId, product_id(request, number));
  product.set(product::kShopId, request.shop_id);
  product.set(product::kSku, "SEED" + std::to_string(request.seed) + '-' + std::to_string(number));
  product.set(product::kName, std::string(row.article.name) + " No. " + std::to_string(number));
  product.set(product::kDescription, std::string(row.description));
  product.set(product::kCategory, std::string(row.article.category));
  const std::int64_t percent = 80 + pick(41);
  product.set(product::kPriceMinor, std::int64_t{row.article.price_minor} * percent / 100);
  product.set(product::kCostMinor, std::int64_t{row.article.cost_minor});
  product.set(product::kStock, pick(200));
  product.set(product::kStatus, std::string("active"));
  return product;
}

Record make_review(const SeedRequest& request, const CatalogueRow& row, std::int64_t number,
                   std::int64_t place, SeededRandom& random) {
  const auto rating = static_cast<std::int64_t>(2 + random.u64() % 4);
  Record review(Kind::kReview);
  review.set(kId, "r" + std::to_string(place) + product_id(request, number));
  review.set(review::kProductId, product_id(request, number));
  review.set(review::kShopId, request.shop_id);
  review.set(review::kAuthorId, request.reviewers[static_cast<std::size_t>(place)]);
  review.set(review::kRating, rating);
  std::string text(rating > 3 ? row.opinion.good[random.u64() % 2] : row.opinion.flaw);
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  review.set(review::kText, text + '.');
  return review;
}

}  // namespace

std::vector<std::string> seed_categories() {
  std::vector<std::string> categories;
  for (const CatalogueRow* row : rows_of({})) {
    if (std::find(categories.begin(), categories.end(), row->article.category) ==
        categories.end()) {
      categories.emplace_back(row->article.category);
    }
  }
  return categories;
}

std::vector<std::string> seed_reviewers(storage::Queries& queries, std::int64_t count) {
  std::vector<std::string> reviewers;
  queries.query("SELECT id FROM users ORDER BY id LIMIT $1", {count},
                [&](const storage::Row& row) { reviewers.emplace_back(row.text(0)); });
  return reviewers;
}

Outcome<SeedRequest> check_seed(SeedRequest request) {
  std::vector<FieldError> errors;
  if (request.products < 1 || request.products > kSeedProductsMax) {
    errors.push_back({"count", "value", "Give 1 to " + std::to_string(kSeedProductsMax) + "."});
  }
  const auto reviewers = static_cast<std::int64_t>(request.reviewers.size());
  if (request.reviews < 0 || request.reviews > reviewers) {
    errors.push_back({"reviews", "value",
                      "There are " + std::to_string(reviewers) +
                          " people who could write them: give at most that."});
  }
  const auto known = seed_categories();
  for (const std::string& category : request.categories) {
    if (std::find(known.begin(), known.end(), category) != known.end()) continue;
    std::string names;
    for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
    errors.push_back(
        {"categories", "value", "There is no \"" + category + "\"; give some of " + names + "."});
  }
  if (!errors.empty()) return validation_problem(std::move(errors));
  return request;
}

void make_seed(const SeedRequest& request,
               const std::function<void(std::int64_t line, Outcome<BulkRow> row)>& row) {
  const auto rows = rows_of(request.categories);
  SeededRandom random(request.seed);
  std::int64_t line = 0;
  for (std::int64_t number = 1; number <= request.products; ++number) {
    const CatalogueRow& model = *rows[static_cast<std::size_t>(number - 1) % rows.size()];
    row(++line, BulkRow{make_product(request, model, number, random)});
    for (std::int64_t place = 0; place < request.reviews; ++place) {
      row(++line, BulkRow{make_review(request, model, number, place, random)});
    }
  }
}

}  // namespace tillcast::commerce
