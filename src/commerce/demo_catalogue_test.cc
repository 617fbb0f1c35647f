#include "commerce/demo_catalogue.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "commerce/demo_random.h"

namespace tillcast::commerce {
namespace {

/// Everything in the data as one text, so that two runs can be compared byte by byte.
std::string as_text(const DemoData& data) {
  std::string text;
  const auto add = [&text](std::string_view words) { text.append(words).append("|"); };
  const auto count = [&text](std::int64_t number) { text.append(std::to_string(number) + "|"); };
  for (const DemoAccount& account : data.accounts) {
    for (const auto& words : {account.email, account.name, account.phone, account.role}) add(words);
  }
  for (const std::string& name : data.reviewers) add(name);
  for (const DemoShop& shop : data.shops) {
    for (const auto& words : {shop.slug, shop.name, shop.currency, shop.colours.primary})
      add(words);
    add(shop_banner_svg(shop.brand));
    for (const DemoProduct& product : shop.products) {
      for (const auto& words : {product.sku, product.name, product.description, product.category,
                                product.status, product_picture_svg(product.picture)}) {
        add(words);
      }
      for (const std::int64_t number :
           {product.price_minor, product.cost_minor, std::int64_t{product.opening_stock},
            std::int64_t{product.stock}, std::int64_t{product.age_minutes}}) {
        count(number);
      }
      for (const DemoReview& review : product.reviews) {
        count(static_cast<std::int64_t>(review.reviewer));
        count(review.rating);
        count(review.age_minutes);
        add(review.text);
      }
    }
  }
  for (const DemoOrder& order : data.orders) {
    add(order.status);
    count(order.placed_minutes_ago);
    count(order.changed_minutes_ago);
    count(static_cast<std::int64_t>(order.customer));
    for (const DemoOrderItem& item : order.items) {
      count(static_cast<std::int64_t>(item.product));
      count(item.quantity);
    }
  }
  return text;
}

int sentences_in(const std::string& text) {
  int sentences = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool stop = text[at] == '.' || text[at] == '!' || text[at] == '?';
    if (stop && (at + 1 == text.size() || text[at + 1] == ' ')) ++sentences;
  }
  return sentences;
}

/// What must hold whatever the seed is.
class DemoCatalogueOf : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  const DemoData data_ = make_demo_data(GetParam());
};

INSTANTIATE_TEST_SUITE_P(seeds, DemoCatalogueOf,
                         ::testing::Values(kDemoSeed, 0, 1, 2, 3, 4, 5, 6, 7, ~0ull));

TEST(DemoRandom, gives_the_published_numbers_of_splitmix64) {
  DemoRandom random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(DemoRandom, stays_within_its_bounds_and_reaches_them) {
  DemoRandom random(7);
  std::set<int> seen;
  for (int draw = 0; draw < 1000; ++draw) seen.insert(random.between(-2, 3));
  EXPECT_EQ(seen, (std::set<int>{-2, -1, 0, 1, 2, 3}));
}

TEST(DemoCatalogue, gives_the_same_bytes_for_the_same_seed) {
  EXPECT_EQ(as_text(make_demo_data(kDemoSeed)), as_text(make_demo_data(kDemoSeed)));
}

TEST(DemoCatalogue, gives_another_past_for_another_seed_but_the_same_products) {
  const DemoData one = make_demo_data(1);
  const DemoData two = make_demo_data(2);
  EXPECT_NE(as_text(one), as_text(two));
  for (std::size_t shop = 0; shop < one.shops.size(); ++shop) {
    for (std::size_t at = 0; at < kDemoProductsPerShop; ++at) {
      EXPECT_EQ(one.shops[shop].products[at].sku, two.shops[shop].products[at].sku);
      EXPECT_EQ(one.shops[shop].products[at].name, two.shops[shop].products[at].name);
      EXPECT_EQ(one.shops[shop].products[at].price_minor, two.shops[shop].products[at].price_minor);
    }
  }
}

TEST(DemoCatalogue, has_the_five_accounts_and_two_shops_of_the_api) {
  const DemoData data = make_demo_data(kDemoSeed);
  std::map<std::string, std::string> roles;
  for (const DemoAccount& account : data.accounts) roles[account.email] = account.role;
  EXPECT_EQ(roles, (std::map<std::string, std::string>{{"admin@demo.shop", "admin"},
                                                       {"seller@demo.shop", "seller"},
                                                       {"seller2@demo.shop", "seller"},
                                                       {"buyer@demo.shop", "customer"},
                                                       {"buyer2@demo.shop", "customer"}}));
  ASSERT_EQ(data.shops.size(), 2u);
  EXPECT_EQ(data.shops[0].slug, "bakery");
  EXPECT_EQ(data.shops[0].currency, "EUR");
  EXPECT_EQ(data.accounts[data.shops[0].owner].email, "seller@demo.shop");
  EXPECT_EQ(data.shops[1].slug, "gadgets");
  EXPECT_EQ(data.shops[1].currency, "USD");
  EXPECT_EQ(data.accounts[data.shops[1].owner].email, "seller2@demo.shop");
  for (const DemoShop& shop : data.shops) {
    for (const std::string& colour :
         {shop.colours.primary, shop.colours.accent, shop.colours.background}) {
      EXPECT_EQ(colour.size(), 7u) << colour;
      EXPECT_EQ(colour.find_first_not_of("0123456789abcdef", 1), std::string::npos) << colour;
    }
  }
}

TEST(DemoCatalogue, describes_every_product_in_words_of_its_own) {
  const DemoData data = make_demo_data(kDemoSeed);
  std::set<std::string> skus, names, descriptions;
  for (const DemoShop& shop : data.shops) {
    std::set<std::string> categories;
    ASSERT_EQ(shop.products.size(), kDemoProductsPerShop);
    for (const DemoProduct& product : shop.products) {
      EXPECT_TRUE(skus.insert(product.sku).second) << product.sku;
      EXPECT_TRUE(names.insert(product.name).second) << product.name;
      EXPECT_TRUE(descriptions.insert(product.description).second) << product.name;
      EXPECT_GE(product.description.size(), 60u) << product.name;
      EXPECT_GE(sentences_in(product.description), 1) << product.description;
      EXPECT_LE(sentences_in(product.description), 3) << product.description;
      EXPECT_FALSE(product.category.empty()) << product.name;
      categories.insert(product.category);
    }
    EXPECT_GE(categories.size(), 5u);
    EXPECT_LE(categories.size(), 7u);
  }
}

TEST(DemoCatalogue, earns_something_on_every_product) {
  for (const DemoShop& shop : make_demo_data(kDemoSeed).shops) {
    for (const DemoProduct& product : shop.products) {
      EXPECT_GT(product.cost_minor, 0) << product.name;
      EXPECT_GT(product.price_minor * 100, product.cost_minor * 120) << product.name;
      EXPECT_LT(product.price_minor, product.cost_minor * 6) << product.name;
    }
  }
}

TEST_P(DemoCatalogueOf, has_mostly_full_shelves_and_a_few_that_run_out) {
  for (const DemoShop& shop : data_.shops) {
    int empty = 0, low = 0, drafts = 0;
    for (const DemoProduct& product : shop.products) {
      EXPECT_GE(product.stock, 0);
      EXPECT_LE(product.stock, kDemoStockMax);
      EXPECT_LT(product.age_minutes, shop.age_minutes);
      const bool on_sale = product.status == "active";
      EXPECT_TRUE(on_sale || product.status == "draft") << product.status;
      drafts += on_sale ? 0 : 1;
      empty += product.stock == 0 ? 1 : 0;
      low += product.stock > 0 && product.stock <= product.low_stock_threshold + 3 ? 1 : 0;
    }
    EXPECT_EQ(drafts, 2);
    EXPECT_GE(empty, 1);
    EXPECT_LE(empty, 2);
    EXPECT_EQ(low, 5);
  }
}

TEST_P(DemoCatalogueOf, has_reviews_that_are_in_range_and_never_repeat) {
  std::set<std::string> texts;
  for (const DemoShop& shop : data_.shops) {
    for (const DemoProduct& product : shop.products) {
      EXPECT_LE(product.reviews.size(), std::size_t{kDemoReviewsPerProductMax});
      EXPECT_TRUE(product.status == "active" || product.reviews.empty()) << product.name;
      std::set<std::size_t> reviewers;
      int age_before = product.age_minutes;
      for (const DemoReview& review : product.reviews) {
        EXPECT_GE(review.rating, 1);
        EXPECT_LE(review.rating, 5);
        EXPECT_GT(review.age_minutes, 0);
        EXPECT_LE(review.age_minutes, age_before) << "oldest first";
        age_before = review.age_minutes;
        ASSERT_LT(review.reviewer, data_.reviewers.size());
        EXPECT_TRUE(reviewers.insert(review.reviewer).second) << "twice by one customer";
        EXPECT_TRUE(texts.insert(review.text).second) << review.text;
        EXPECT_EQ(review.text.find_first_of("{}"), std::string::npos) << review.text;
        EXPECT_TRUE(review.text[0] >= 'A' && review.text[0] <= 'Z') << review.text;
        EXPECT_EQ(review.text.back(), '.') << review.text;
      }
    }
  }
}

TEST_P(DemoCatalogueOf, has_ratings_that_lean_towards_the_good) {
  std::array<int, 6> stars{};
  int sum = 0, count = 0;
  for (const DemoShop& shop : data_.shops) {
    for (const DemoProduct& product : shop.products) {
      for (const DemoReview& review : product.reviews) {
        ++stars.at(static_cast<std::size_t>(review.rating));
        sum += review.rating;
        ++count;
      }
    }
  }
  EXPECT_GT(count, 250);
  for (std::size_t rating = 1; rating <= 5; ++rating) EXPECT_GT(stars[rating], 0) << rating;
  EXPECT_GT(sum * 10, count * 38);
  EXPECT_LT(sum * 10, count * 47);
}

TEST_P(DemoCatalogueOf, has_orders_of_the_last_days_in_every_state) {
  EXPECT_GE(data_.orders.size(), 20u);
  EXPECT_LE(data_.orders.size(), 30u);
  std::array<std::set<std::string>, 2> statuses;
  std::set<std::size_t> customers;
  int age_before = kDemoOrderDaysMax * 24 * 60;
  for (const DemoOrder& order : data_.orders) {
    statuses.at(order.shop).insert(order.status);
    customers.insert(order.customer);
    EXPECT_EQ(data_.accounts.at(order.customer).role, "customer");
    EXPECT_LE(order.placed_minutes_ago, age_before) << "oldest first";
    age_before = order.placed_minutes_ago;
    EXPECT_GT(order.changed_minutes_ago, 0);
    EXPECT_LE(order.changed_minutes_ago, order.placed_minutes_ago);
    std::set<std::size_t> products;
    EXPECT_FALSE(order.items.empty());
    for (const DemoOrderItem& item : order.items) {
      const DemoProduct& product = data_.shops[order.shop].products.at(item.product);
      EXPECT_TRUE(products.insert(item.product).second);
      EXPECT_EQ(product.status, "active");
      EXPECT_GT(product.age_minutes, order.placed_minutes_ago);
      EXPECT_GE(item.quantity, 1);
    }
  }
  const std::set<std::string> all = {"pending", "confirmed", "preparing",
                                     "ready",   "delivered", "cancelled"};
  EXPECT_EQ(statuses[0], all);
  EXPECT_EQ(statuses[1], all);
  EXPECT_EQ(customers.size(), 2u);
}

TEST_P(DemoCatalogueOf, accounts_for_every_piece_that_was_sold) {
  std::map<std::string, int> sold;
  for (const DemoOrder& order : data_.orders) {
    for (const DemoOrderItem& item : order.items) {
      const DemoProduct& product = data_.shops[order.shop].products[item.product];
      if (order.status != "cancelled") sold[product.sku] += item.quantity;
    }
  }
  for (const DemoShop& shop : data_.shops) {
    for (const DemoProduct& product : shop.products) {
      EXPECT_EQ(product.opening_stock - sold[product.sku], product.stock) << product.name;
    }
  }
}

}  // namespace
}  // namespace tillcast::commerce
