#include "contracts/native/api_documents.h"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>

#include "base/metrics.h"
#include "commerce/secrets.h"
#include "commerce/testing.h"
#include "contracts/native/bulk_routes.h"
#include "contracts/native/live.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_jobs.h"
#include "contracts/native/route_table.h"
#include "realtime/testing.h"

namespace tillcast::contracts {
namespace {

using boost::json::object;
using boost::json::value;
using ::testing::UnorderedElementsAreArray;

/// Every `$ref` of a document.
void collect_references(const value& node, std::set<std::string>& found) {
  if (const auto* members = node.if_object()) {
    for (const auto& [name, member] : *members) {
      if (name == "$ref") found.insert(std::string(member.as_string()));
      collect_references(member, found);
    }
  } else if (const auto* items = node.if_array()) {
    for (const value& item : *items) collect_references(item, found);
  }
}

/// The references that lead nowhere.
std::set<std::string> dangling(const value& document) {
  std::set<std::string> found;
  collect_references(document, found);
  std::erase_if(found, [&](const std::string& path) {
    boost::system::error_code error;
    return document.find_pointer(path.substr(1), error) != nullptr;
  });
  return found;
}

TEST(ApiDocuments, refer_to_nothing_that_is_not_there) {
  EXPECT_EQ(dangling(boost::json::parse(openapi_json())), std::set<std::string>{});
  EXPECT_EQ(dangling(boost::json::parse(asyncapi_json())), std::set<std::string>{});
}

TEST(ApiDocuments, say_which_fields_each_record_always_has) {
  const value document = boost::json::parse(openapi_json());
  const auto required = [&](std::string_view name) {
    std::set<std::string> names;
    const auto& schemas = document.at("components").at("schemas").as_object();
    for (const value& each : schemas.at(name).at("required").as_array()) {
      names.insert(std::string(each.as_string()));
    }
    return names;
  };
  EXPECT_EQ(required("Product"), (std::set<std::string>{"id", "version", "created_at", "updated_at",
                                                        "shop_id", "name", "price_minor", "stock",
                                                        "status", "rating_avg", "rating_count"}));
  EXPECT_TRUE(required("Order").contains("total_minor")) << "whoever sees an order sees its total";
  EXPECT_FALSE(required("Order").contains("profit_minor"));
  EXPECT_TRUE(required("Stats").contains("revenue_minor"))
      << "only the shop's people see any of it";
  const auto& review =
      document.at("components").at("schemas").at("Review").at("properties").as_object();
  EXPECT_FALSE(review.contains("visibility")) << "it is for nobody";
}

TEST(ApiDocuments, say_who_may_write_what) {
  const value document = boost::json::parse(openapi_json());
  const auto& schemas = document.at("components").at("schemas").as_object();
  EXPECT_FALSE(schemas.at("ProductPatch").at("properties").as_object().contains("rating_avg"));
  EXPECT_TRUE(schemas.at("ProductPatch").at("properties").at("sku").as_object().contains("oneOf"));
  EXPECT_TRUE(schemas.at("Registration").at("properties").as_object().contains("password"));
  EXPECT_FALSE(schemas.contains("NewStats"));
}

/// The routes that a server of the native contract has.
class Routes : public commerce::testing::ShopTest {
 protected:
  std::vector<std::string> of_the_server() {
    auth::TokenKey key;
    store_.run(anonymous_, [&](const commerce::Context& context) -> Outcome<commerce::Done> {
      key = commerce::ensure_token_key(context.transaction, store_.random());
      return commerce::Done{};
    });
    feed::Feed feed(store_.database());
    const auto post = [](const storage::ReaderPool::Read&) {};
    const feed::Authenticator authenticator(post, key, world_.clock);
    NativeLive live(
        world_.server, feed, post, [](const auto&, const auto&) {}, authenticator, world_.clock);
    // Nothing is ever asked of these: only the table is looked at.
    storage::CommitThread commits(nullptr, [](const auto&) {}, {});
    auth::PasswordThread passwords;
    IdSource ids(store_.random());
    Metrics metrics;
    storage::ReaderPool readers(store_.database(), 0, 0, metrics.counter("reads", ""));
    RequestCounters counters(metrics);
    const feed::LastChanges changes{Lsn{}};
    ResponseCache cache(changes, 1, metrics);
    RequestLimits limits;
    BulkWorker bulk;
    pictures::PictureWorker pictures({});
    Rest rest(world_.server,
              RestParts{commits, readers, passwords, nullptr, key, world_.clock, store_.random(),
                        ids, counters, limits, cache, pictures, false, [](std::string_view) {}});
    add_account_routes(rest);
    add_shop_routes(rest);
    add_product_routes(rest);
    add_job_routes(rest);
    add_order_routes(rest);
    add_bulk_routes(rest, bulk, {});
    add_picture_routes(rest, false);
    add_room_routes(rest, live.streams());
    add_status_routes(rest, world_.server, metrics, false);
    add_document_routes(rest);
    return rest.routes();
  }
  realtime::testing::World world_;
};

TEST_F(Routes, are_those_of_the_table) {
  std::vector<std::string> documented;
  for (const RouteDoc& route : kRoutes) {
    documented.push_back(std::string(route.method).append(" ").append(route.path));
  }
  EXPECT_THAT(documented, UnorderedElementsAreArray(of_the_server()));
}

}  // namespace
}  // namespace tillcast::contracts
