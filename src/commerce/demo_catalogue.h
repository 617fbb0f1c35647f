// The demo shops as plain data: what `--demo` writes into an empty store. Nothing here knows a
// store or a clock. Times are minutes before a moment that the caller chooses, so that the demo
// always has a fresh past, and ids are the caller's: `slug`, `sku`, `email` and the places in the
// lists are the same in every run and good to make stable ids from.
//
// Pure functions: the same seed gives the same bytes on every machine; any thread may call them.
// Names, descriptions and pictures do not depend on the seed; stock, ages, reviews and orders do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "commerce/demo_pictures.h"

namespace tillcast::commerce {

inline constexpr std::uint64_t kDemoSeed = 20261121;
inline constexpr std::size_t kDemoProductsPerShop = 48;
inline constexpr int kDemoReviewsPerProductMax = 8;
inline constexpr int kDemoStockMax = 120;
inline constexpr int kDemoLowStockThreshold = 5;
inline constexpr int kDemoOrderDaysMax = 10;

struct DemoAccount {
  std::string email;
  std::string name;
  std::string phone;
  std::string role;  // customer, seller or admin
};

/// "#rrggbb"
struct DemoColours {
  std::string primary;
  std::string accent;
  std::string background;
};

struct DemoReview {
  std::size_t reviewer = 0;  // index in DemoData::reviewers; once a product at most
  int rating = 0;            // 1 to 5
  std::string text;
  int age_minutes = 0;  // less than that of the product
};

struct DemoProduct {
  std::string sku;  // unique in both shops together
  std::string name;
  std::string description;
  std::string category;
  std::string status;  // active or draft
  std::int64_t price_minor = 0;
  std::int64_t cost_minor = 0;
  int opening_stock = 0;  // before the first of the orders
  int stock = 0;          // after the last of them
  int low_stock_threshold = kDemoLowStockThreshold;
  int age_minutes = 0;
  PictureSpec picture;
  std::vector<DemoReview> reviews;  // oldest first
};

struct DemoShop {
  std::string slug;
  std::string name;
  std::string tagline;
  std::string currency;
  DemoColours colours;
  std::size_t owner = 0;  // index in DemoData::accounts
  int age_minutes = 0;    // more than that of any product
  BrandSpec brand;
  std::vector<DemoProduct> products;
};

struct DemoOrderItem {
  std::size_t product = 0;  // index in the shop's products; active ones only, each once an order
  int quantity = 0;
};

struct DemoOrder {
  std::size_t shop = 0;      // index in DemoData::shops
  std::size_t customer = 0;  // index in DemoData::accounts
  std::vector<DemoOrderItem> items;
  std::string status;           // of the order's way from pending to delivered, or cancelled
  int placed_minutes_ago = 0;   // within kDemoOrderDaysMax
  int changed_minutes_ago = 0;  // when it got that status; not before it was placed
};

struct DemoData {
  std::vector<DemoAccount> accounts;   // admin, the two sellers, the two buyers
  std::vector<std::string> reviewers;  // names of customers who only wrote reviews
  std::vector<DemoShop> shops;         // bakery, gadgets
  std::vector<DemoOrder> orders;       // oldest first
};

DemoData make_demo_data(std::uint64_t seed);

}  // namespace tillcast::commerce
