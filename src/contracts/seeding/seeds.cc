// POST /api/seed-products and /api/seed-reviews: {categories?, count?, seed?, shop?}.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <utility>

#include "commerce/fields.h"
#include "commerce/json_text.h"
#include "commerce/records.h"
#include "commerce/seed.h"
#include "commerce/validate.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/native/bulk_routes.h"
#include "contracts/seeding/shapes.h"
#include "contracts/seeding/unit.h"

namespace tillcast::contracts::seeding_unit {

namespace {

using auth::Principal;
using commerce::BulkRow;
using commerce::JsonObject;
using commerce::Record;
using commerce::RecordImage;
using Queries = Rest::Queries;

struct SeedBody {
  std::optional<std::int64_t> count{};
  std::uint64_t seed = 1;
  std::vector<std::string> categories{};
  std::string shop{};
};

Outcome<SeedBody> read_seed(std::string_view text) {
  const auto body = commerce::parse_object(text.empty() ? "{}" : text);
  if (!body) return body.error();
  SeedBody seed;
  seed.shop = text_member(*body, "shop");
  std::vector<FieldError> errors;
  for (const std::string_view name : {"count", "seed"}) {
    const auto* const value = body->if_contains(name);
    if (value == nullptr) continue;
    const auto* const number = value->if_int64();
    if (number == nullptr || *number < 0 || (name == "count" && *number > kSeedByRestMax)) {
      errors.push_back(
          {std::string(name), "value",
           "Give a whole number, and at most " + std::to_string(kSeedByRestMax) + " to be made."});
    } else if (name == "count") {
      seed.count = *number;
    } else {
      seed.seed = static_cast<std::uint64_t>(*number);
    }
  }
  if (const auto* const categories = body->if_contains("categories")) {
    if (!categories->is_array()) errors.push_back({"categories", "value", "Give a list."});
    for (const auto& each : categories->is_array() ? categories->get_array() : boost::json::array())
      seed.categories.emplace_back(each.is_string() ? each.get_string() : boost::json::string());
  }
  if (!errors.empty()) return commerce::validation_problem(std::move(errors));
  return seed;
}

/// Who seeds, where, and what.
struct Seed {
  commerce::BulkTarget target{};
  std::shared_ptr<const std::vector<Record>> records{};
};

/// What to make, made up in a snapshot of the shop.
using MakeRecords = Outcome<std::vector<Record>> (*)(Queries& queries, const SeedBody& body,
                                                     const std::string& shop);

Outcome<std::vector<Record>> make_products(Queries&, const SeedBody& body,
                                           const std::string& shop) {
  commerce::SeedRequest request;
  if (body.count) request.products = *body.count;
  request.categories = body.categories;
  request.seed = body.seed;
  request.shop_id = shop;
  const auto checked = commerce::check_seed(std::move(request));
  if (!checked) return checked.error();
  std::vector<Record> products;
  commerce::make_seed(*checked, [&](std::int64_t, const Outcome<BulkRow>& row) {
    products.push_back(row->record);
  });
  return products;
}

Outcome<std::vector<Record>> make_reviews(Queries& queries, const SeedBody& body,
                                          const std::string& shop) {
  commerce::ReviewSeed request{.categories = body.categories, .seed = body.seed, .shop_id = shop};
  if (body.count) request.count = *body.count;
  return commerce::make_review_seed(queries, request);
}

/// The categories of what was made, in the order in which they came first.
std::string categories_json(const std::vector<Record>& products) {
  std::vector<std::string> categories;
  for (const Record& product : products) {
    const std::string& category = product.text(commerce::product::kCategory);
    if (std::find(categories.begin(), categories.end(), category) == categories.end()) {
      categories.push_back(category);
    }
  }
  std::string json = "[";
  for (const std::string& category : categories) {
    if (json.size() > 1) json += ',';
    json.append("\"").append(category).append("\"");
  }
  return json += ']';
}

/// {success, message, count, categories}.
RestAnswer products_answer(const std::vector<Record>& products) {
  const auto count = static_cast<std::int64_t>(products.size());
  return {200,
          JsonObject()
              .boolean("success", true)
              .text("message", "Seeded " + std::to_string(count) + " products")
              .integer("count", count)
              .raw("categories", categories_json(products))
              .finish(),
          {},
          {}};
}

/// {success, data, message}; `data` are the reviews as they stand, at most kListedRecordsMax.
Outcome<RestAnswer> reviews_answer(Queries& queries, const std::vector<Record>& reviews) {
  std::vector<RecordImage> written;
  for (const Record& review : reviews) {
    if (written.size() == kListedRecordsMax) break;
    const auto record = commerce::read_record(queries, commerce::Kind::kReview, review.id());
    if (record) written.push_back(commerce::image_of(*record));
  }
  return RestAnswer{200,
                    JsonObject()
                        .boolean("success", true)
                        .raw("data", json_array(written, review_json))
                        .text("message", "Seeded " + std::to_string(reviews.size()) + " reviews")
                        .finish(),
                    {},
                    {}};
}

/// Makes the records, brings them as one bulk, and sends what `done` says of them.
void seed(Rest& rest, const RestRequest& asked, const RestReply& reply, MakeRecords make,
          const std::function<void(const std::vector<Record>&)>& done) {
  const auto body = read_seed(asked.body);
  if (!body) return reply.send(body.error());
  rest.read_then<Seed>(
      asked, reply,
      [body = *body, make](Queries& queries, const Principal& who) -> Outcome<Seed> {
        const auto shop = shop_for(who, body.shop);
        if (!shop) return shop.error();
        const auto manager = manager_of(queries, who, *shop);
        if (!manager) return manager.error();
        auto records = make(queries, body, *shop);
        if (!records) return records.error();
        return Seed{{*shop, who.user_id, "seed"},
                    std::make_shared<const std::vector<Record>>(*std::move(records))};
      },
      [&rest, reply, done](const Seed& wanted) {
        const BulkRows rows = [records = wanted.records](const BulkRowSink& row) {
          std::int64_t line = 0;
          for (const Record& record : *records) row(++line, BulkRow{record});
        };
        bring_rows(rest, reply, wanted.target, rows,
                   [records = wanted.records, done] { done(*records); });
      });
}

}  // namespace

void add_seed_routes(Rest& rest) {
  rest.route(
      "POST", "/api/seed-products", [&rest](const RestRequest& asked, const RestReply& reply) {
        seed(rest, asked, reply, make_products, [reply](const std::vector<Record>& products) {
          reply.send(products_answer(products));
        });
      });
  rest.route("POST", "/api/seed-reviews",
             [&rest](const RestRequest& asked, const RestReply& reply) {
               seed(rest, asked, reply, make_reviews,
                    [&rest, asked, reply](const std::vector<Record>& reviews) {
                      rest.read(asked, reply,
                                [reviews](Queries& queries, const Principal&, const RestRequest&) {
                                  return reviews_answer(queries, reviews);
                                });
                    });
             });
}

}  // namespace tillcast::contracts::seeding_unit
