#include "commerce/seed.h"

#include <algorithm>

#include "base/random.h"
#include "commerce/demo_table.h"
#include "commerce/fields.h"
#include "commerce/problems.h"
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

/// What is left of an id's 64 bytes beside a review's prefix and round.
constexpr std::size_t kSeededIdBytesMax = 36;

std::string opinion_text(const CatalogueRow& row, std::int64_t rating, SeededRandom& random) {
  std::string text(rating > 3 ? row.opinion.good[random.u64() % 2] : row.opinion.flaw);
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + '.';
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
  review.set(review::kText, opinion_text(row, rating, random));
  return review;
}

/// A product that is reviewed, and who may do it.
struct Reviewed {
  std::string product_id{};
  const CatalogueRow* model = nullptr;
  std::vector<std::string> authors{};
};

std::vector<Reviewed> products_to_review(storage::Queries& queries, const ReviewSeed& request) {
  const auto rows = rows_of({});
  std::vector<Reviewed> products;
  queries.query(
      "SELECT id, category FROM products WHERE shop_id = $1 "
      "AND status <> 'draft' AND status <> 'archived' ORDER BY id LIMIT $2",
      {std::string_view(request.shop_id), kReviewedProductsMax}, [&](const storage::Row& row) {
        const std::string category(row.text(1));
        const auto& wanted = request.categories;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), category) == wanted.end()) {
          return;
        }
        const auto model = std::find_if(rows.begin(), rows.end(), [&](const CatalogueRow* each) {
          return each->article.category == category;
        });
        products.push_back({std::string(row.text(0)), model == rows.end() ? rows[0] : *model, {}});
      });
  return products;
}

/// Those who have written no other review of the product than one of this seed.
std::vector<std::string> authors_of(storage::Queries& queries, std::vector<std::string> people,
                                    std::string_view product_id, std::string_view seed_prefix) {
  queries.query("SELECT author_id, id FROM reviews WHERE product_id = $1", {product_id},
                [&](const storage::Row& row) {
                  if (!row.text(1).starts_with(seed_prefix)) std::erase(people, row.text(0));
                });
  return people;
}

/// FNV-1a, the same on every machine.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 14'695'981'039'346'656'037U;
  for (const char c : text) number = (number ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return number;
}

Record make_review(const ReviewSeed& request, const Reviewed& product, std::string_view seed_prefix,
                   std::size_t round) {
  // A review does not depend on how many others there are.
  SeededRandom random(request.seed ^ number_of(product.product_id) ^ round);
  const auto rating = static_cast<std::int64_t>(2 + random.u64() % 4);
  Record review(Kind::kReview);
  review.set(kId, std::string(seed_prefix) + std::to_string(round) + '_' +
                      product.product_id.substr(0, kSeededIdBytesMax));
  review.set(review::kProductId, product.product_id);
  review.set(review::kShopId, request.shop_id);
  review.set(review::kAuthorId, product.authors[round]);
  review.set(review::kRating, rating);
  review.set(review::kText, opinion_text(*product.model, rating, random));
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

Outcome<std::vector<Record>> make_review_seed(storage::Queries& queries,
                                              const ReviewSeed& request) {
  if (request.count < 1 || request.count > kSeedReviewsMax) {
    return validation_problem(
        {{"count", "value", "Give 1 to " + std::to_string(kSeedReviewsMax) + "."}});
  }
  const std::string prefix = "rs" + std::to_string(request.seed) + '_';
  const auto people = seed_reviewers(queries, kReviewersMax);
  std::vector<Reviewed> products = products_to_review(queries, request);
  const auto used = std::min(products.size(), static_cast<std::size_t>(request.count));
  for (std::size_t i = 0; i < used; ++i) {
    products[i].authors = authors_of(queries, people, products[i].product_id, prefix);
  }
  std::vector<Record> reviews;
  for (std::size_t round = 0; round < people.size(); ++round) {
    for (std::size_t i = 0; i < used; ++i) {
      if (round >= products[i].authors.size()) continue;
      if (reviews.size() == static_cast<std::size_t>(request.count)) return reviews;
      reviews.push_back(make_review(request, products[i], prefix, round));
    }
  }
  if (!reviews.empty()) return reviews;
  return conflict("nothing_to_review",
                  "There is no product here that anybody has not reviewed yet: add products.");
}

}  // namespace tillcast::commerce
