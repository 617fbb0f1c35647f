// What a dashboard fetches: its figures, notifications and shops, one by one or several kinds in
// one request.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <utility>

#include "commerce/json_text.h"
#include "commerce/notifications.h"
#include "commerce/problems.h"
#include "commerce/shops.h"
#include "commerce/stats.h"
#include "commerce/time_text.h"
#include "commerce/validate.h"
#include "contracts/dialect/answers.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/lists.h"
#include "contracts/dialect/shop_choice.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts::izishopin_unit {

namespace {

using auth::Principal;
using commerce::JsonObject;
using Queries = Rest::Queries;

/// For the people of the shop that is asked about, or of the caller's first.
Outcome<std::string> stats_of(const Rest& rest, Queries& queries, const Principal& who,
                              const RestRequest& asked) {
  const auto shop = shop_for(who, query_text(asked, "shop_id"));
  if (!shop) return shop.error();
  const auto figures = commerce::list_stats(queries, who, *shop);
  if (!figures) return figures.error();
  // The total comes first; a shop that never had anything has none.
  const Image total(figures->items.empty() ? std::string("{}") : figures->items.front().json);
  return stats_json(total, rest.parts().clock.unix_ms());
}

Outcome<RestAnswer> product_stats(const Rest& rest, Queries& queries, const Principal& who,
                                  const RestRequest& asked) {
  auto stats = stats_of(rest, queries, who, asked);
  if (!stats) return stats.error();
  return RestAnswer{200, *std::move(stats), {}, {}};
}

Outcome<std::string> notifications_json(Queries& queries, const Principal& who) {
  const auto page = commerce::list_notifications(queries, who, {});
  if (!page) return page.error();
  return json_array(page->items, notification_json);
}

Outcome<RestAnswer> notifications(const Rest&, Queries& queries, const Principal& who,
                                  const RestRequest&) {
  auto list = notifications_json(queries, who);
  if (!list) return list.error();
  return RestAnswer{200, *std::move(list), {}, {}};
}

/// As `dashboard_update`, without its type; a customer has no shop_stats.
Outcome<RestAnswer> dashboard(const Rest& rest, Queries& queries, const Principal& who,
                              const RestRequest& asked) {
  const auto list = notifications_json(queries, who);
  if (!list) return list.error();
  JsonObject json;
  if (!who.shops.empty() || !query_text(asked, "shop_id").empty()) {
    const auto stats = stats_of(rest, queries, who, asked);
    if (!stats) return stats.error();
    json.raw("shop_stats", *stats);
  }
  json.raw("notifications", *list)
      .text("timestamp", commerce::rfc3339(rest.parts().clock.unix_ms()));
  return RestAnswer{200, json.finish(), {}, {}};
}

Outcome<RestAnswer> shops(const Rest&, Queries& queries, const Principal&, const RestRequest&) {
  const auto all = read_all(
      [&](const commerce::PageRequest& page) { return commerce::list_shops(queries, page); });
  return list_answer(all, shop_json);
}

/// A kind of data, as the client's cache calls it, and its route.
struct Data {
  std::string_view key;
  std::string_view path;
  Outcome<RestAnswer> (*read)(const Rest&, Queries&, const Principal&, const RestRequest&);
};
constexpr Data kData[] = {
    {"dashboard-data", "/api/dashboard", dashboard},
    {"product-stats", "/api/product-stats", product_stats},
    {"notifications", "/api/notifications", notifications},
    {"shops", "/api/shops", shops},
    {"products",
     {},
     [](const Rest&, Queries& queries, const Principal& who, const RestRequest& asked) {
       return list_products(queries, who, asked);
     }},
    {"orders",
     {},
     [](const Rest&, Queries& queries, const Principal& who, const RestRequest& asked) {
       return list_orders(queries, who, asked);
     }},
};

struct Batch {
  std::vector<const Data*> wanted;
  std::string shop_id;
};

Outcome<Batch> read_batch(std::string_view body) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  const auto* const member = parsed->if_contains("keys");
  const auto* const keys = member == nullptr ? nullptr : member->if_array();
  Batch batch{{}, text_member(*parsed, "shop_id")};
  std::string problem = "Give a list of some of:";
  for (const Data& data : kData) problem.append(" ").append(data.key);
  const Problem unknown = commerce::validation_problem({{"keys", "value", std::move(problem)}});
  if (keys == nullptr || keys->size() > std::size(kData)) return unknown;
  for (const auto& key : *keys) {
    const Data* found = nullptr;
    for (const Data& data : kData) {
      if (key.is_string() && key.get_string() == data.key) found = &data;
    }
    if (found == nullptr) return unknown;
    batch.wanted.push_back(found);
  }
  return batch;
}

/// {data: {KEY: what its route answers}, errors: {KEY: {error, code}}}, all of one snapshot.
Outcome<RestAnswer> answer_batch(const Rest& rest, const Batch& batch, Queries& queries,
                                 const Principal& who, const RestRequest& asked) {
  JsonObject data;
  JsonObject errors;
  for (const Data* const each : batch.wanted) {
    const auto answer = each->read(rest, queries, who, asked);
    if (answer) {
      data.raw(each->key, answer->json);
    } else {
      errors.raw(each->key, refusal(answer.error()).json);
    }
  }
  return RestAnswer{
      200, JsonObject().raw("data", data.finish()).raw("errors", errors.finish()).finish(), {}, {}};
}

Outcome<commerce::Values> notification_patch(std::string_view body) {
  return commerce::validate(commerce::Kind::kNotification, body, commerce::BodyMode::kPatch,
                            commerce::Writers::kOwnerAndShop);
}

}  // namespace

void add_data_routes(Rest& rest) {
  for (const Data& data : kData) {
    if (data.path.empty()) continue;
    rest.get(data.path, [&rest, read = data.read](Queries& queries, const Principal& who,
                                                  const RestRequest& asked) {
      return read(rest, queries, who, asked);
    });
  }
  rest.write_as("PATCH", "/api/notifications/{id}", answered(200, notification_json),
                notification_patch,
                [](const commerce::Context& context, const RestRequest& asked,
                   const commerce::Values& values) {
                  return commerce::patch_notification(context, asked.parameters[0], values, {});
                });
  rest.route("POST", "/api/batch", [&rest](RestRequest asked, const RestReply& reply) {
    auto batch = read_batch(asked.body);
    if (!batch) return reply.send(batch.error());
    asked.query = batch->shop_id.empty() ? "" : "shop_id=" + batch->shop_id;
    rest.read(std::move(asked), reply,
              [&rest, batch = *std::move(batch)](Queries& queries, const Principal& who,
                                                 const RestRequest& request) {
                return answer_batch(rest, batch, queries, who, request);
              });
  });
}

}  // namespace tillcast::contracts::izishopin_unit
