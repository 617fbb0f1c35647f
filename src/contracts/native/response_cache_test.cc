#include "contracts/native/response_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace tillcast::contracts {
namespace {

class ResponseCacheTest : public testing::Test {
 protected:
  /// The next lsn changes `kind` in `shop`.
  void change(const std::string& kind, const std::string& shop) {
    storage::Change change;
    change.lsn = change.txn = Lsn{++lsn_};
    change.kind = kind;
    change.shop_id = shop;
    changes_.note({{{{change}}}, change.lsn, change.lsn});
  }
  /// Keeps what a read in a snapshot of now gave.
  void keep(const std::string& key, const std::string& kind, const std::string& shop,
            std::size_t body_bytes = 10, std::size_t loop = 0) {
    Dependencies dependencies;
    dependencies.add(kind, shop);
    auto answer = std::make_shared<CachedAnswer>();
    answer->response.body.assign(body_bytes, 'x');
    answer->cells = dependencies.cells();
    answer->changed = cache_.last_change(dependencies, Lsn{lsn_}).value();
    cache_.keep(loop, key, answer);
  }
  bool has(const std::string& key, std::size_t loop = 0) {
    return cache_.find(loop, key) != nullptr;
  }

  std::uint64_t lsn_ = 5;
  feed::LastChanges changes_{Lsn{5}};
  Metrics metrics_;
  ResponseCache cache_{changes_, 2, metrics_, 40'000};
};

TEST_F(ResponseCacheTest, gives_an_answer_until_something_it_depends_on_changes) {
  keep("/a", "product", "bakery");
  change("order", "bakery");
  change("product", "gadgets");
  EXPECT_TRUE(has("/a"));
  change("product", "bakery");
  EXPECT_FALSE(has("/a"));
  keep("/a", "product", "bakery");
  EXPECT_TRUE(has("/a"));
}

TEST_F(ResponseCacheTest, an_answer_about_all_shops_goes_with_a_change_in_any) {
  keep("/a", "product", "");
  change("product", "gadgets");
  EXPECT_FALSE(has("/a"));
}

TEST_F(ResponseCacheTest, an_answer_whose_dependency_moved_after_its_snapshot_is_not_to_be_kept) {
  Dependencies dependencies;
  dependencies.add("product", "bakery");
  const Lsn snapshot{lsn_};
  EXPECT_EQ(cache_.last_change(dependencies, snapshot), Lsn{5});
  change("product", "gadgets");
  EXPECT_EQ(cache_.last_change(dependencies, snapshot), Lsn{5});
  change("product", "bakery");
  EXPECT_EQ(cache_.last_change(dependencies, snapshot), std::nullopt);
}

TEST_F(ResponseCacheTest, a_snapshot_that_is_ahead_of_what_was_noted_is_not_known) {
  Dependencies dependencies;
  dependencies.add("product", "bakery");
  EXPECT_EQ(cache_.last_change(dependencies, Lsn{lsn_ + 1}), std::nullopt);
}

TEST_F(ResponseCacheTest, each_loop_has_its_own) {
  keep("/a", "product", "bakery", 10, 1);
  EXPECT_FALSE(has("/a", 0));
  EXPECT_TRUE(has("/a", 1));
}

TEST_F(ResponseCacheTest, keeps_no_more_than_its_bytes_and_lets_go_of_the_least_asked_for) {
  for (const char* key : {"/a", "/b", "/c"}) keep(key, "product", "bakery", 5'000);
  EXPECT_TRUE(has("/a"));
  keep("/d", "product", "bakery", 5'000);
  EXPECT_FALSE(has("/b"));
  for (const char* key : {"/a", "/c", "/d"}) EXPECT_TRUE(has(key)) << key;
  keep("/huge", "product", "bakery", 20'000);
  EXPECT_FALSE(has("/huge"));
  EXPECT_TRUE(has("/a"));
}

TEST_F(ResponseCacheTest, a_new_answer_takes_the_place_of_the_old_one) {
  for (int i = 0; i < 100; ++i) keep("/a", "product", "bakery", 5'000);
  EXPECT_TRUE(has("/a"));
  EXPECT_NE(metrics_.to_prometheus().find("tillcast_response_cache_bytes 6026"), std::string::npos);
}

TEST(ResponseCacheKey, has_the_parameters_in_the_order_of_their_names) {
  const auto key = [](std::string_view query) { return ResponseCache::key_of("/p", query); };
  EXPECT_EQ(key(""), "/p");
  EXPECT_EQ(key("shop=a&limit=3"), key("limit=3&shop=a"));
  EXPECT_EQ(key("&shop=a&&limit=3&"), "/p?limit=3&shop=a");
  EXPECT_NE(key("shop=a&shop=b"), key("shop=b&shop=a"));
  EXPECT_NE(key("shop=a"), key("shop=b"));
}

}  // namespace
}  // namespace tillcast::contracts
