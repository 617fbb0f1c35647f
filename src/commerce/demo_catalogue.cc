#include "commerce/demo_catalogue.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "commerce/demo_canvas.h"
#include "commerce/demo_random.h"
#include "commerce/demo_reviews.h"
#include "commerce/demo_table.h"

namespace tillcast::commerce {
namespace {

constexpr int kHour = 60;
constexpr int kDay = 24 * kHour;

constexpr std::size_t kSeller = 1;
constexpr std::size_t kSecondSeller = 2;
constexpr std::array<std::size_t, 2> kBuyers = {3, 4};

constexpr std::string_view kReviewers[] = {
    "Aaliyah Brooks",    "Adèle Fontaine",   "Aiko Tanaka",      "Alejandro Ruiz",
    "Amina Diallo",      "Anders Holm",      "Anjali Nair",      "Beatriz Carvalho",
    "Ben Whitfield",     "Bogdan Ionescu",   "Carmen Ortega",    "Chidi Eze",
    "Chloe Bennett",     "Dagny Eriksen",    "Daniel Roth",      "Darko Petrović",
    "Dilnoza Karimova",  "Eilidh Fraser",    "Elif Yıldız",      "Emeka Obi",
    "Fatima Zahra",      "Femke de Boer",    "Gabriela Nowak",   "George Papadakis",
    "Hana Novotná",      "Hassan Mahmoud",   "Helena Strand",    "Hiroshi Sato",
    "Ifeoma Nwosu",      "Ilse Brandt",      "Imran Qureshi",    "Isabel Moreno",
    "Jakub Zieliński",   "Jasmine Clarke",   "Jin-woo Park",     "Joana Ferreira",
    "Kaimana Keahi",     "Katarina Horvat",  "Kofi Mensah",      "Lars Nygaard",
    "Leila Haddad",      "Linh Tran",        "Luca Bianchi",     "Maeve O'Connor",
    "Malik Johnson",     "Marisol Vega",     "Mei-Ling Chen",    "Milan Kovač",
    "Nadia Rahman",      "Nikolai Orlov",    "Noor van Dijk",    "Oluwaseun Ade",
    "Paolo Greco",       "Priya Sharma",     "Quentin Mercier",  "Rahel Tesfaye",
    "Ravi Patel",        "Rosa Lindgren",    "Ruth Goldberg",    "Salma El-Sayed",
    "Samuel Achterberg", "Sione Tupou",      "Sofía Castillo",   "Stefan Maier",
    "Tariq Aziz",        "Tereza Dvořáková", "Thandiwe Mokoena", "Tomasz Wójcik",
    "Uma Krishnan",      "Valentina Rossi",  "Wei Zhang",        "Yara Costa",
    "Yusuf Demir",       "Zoë Lambert",
};

std::vector<DemoAccount> make_accounts() {
  // Telephone numbers that are kept free for stories.
  return {
      {"admin@demo.shop", "Ines Adler", "+44 20 7946 0101", "admin"},
      {"seller@demo.shop", "Marta Lindqvist", "+44 20 7946 0112", "seller"},
      {"seller2@demo.shop", "Kenji Morales", "+1 202 555 0123", "seller"},
      {"buyer@demo.shop", "Amara Okafor", "+44 7700 900134", "customer"},
      {"buyer2@demo.shop", "Tomás Silva", "+44 7700 900145", "customer"},
  };
}

DemoProduct make_product(const CatalogueRow& row, std::size_t place, DemoRandom& random) {
  DemoProduct product;
  product.sku = row.article.sku;
  product.name = row.article.name;
  product.description = row.description;
  product.category = row.article.category;
  product.status = row.draft ? "draft" : "active";
  product.price_minor = row.article.price_minor;
  product.cost_minor = row.article.cost_minor;
  product.age_minutes =
      row.draft ? random.between(kDay, 5 * kDay) : random.between(60 * kDay, 240 * kDay);
  product.picture = {row.look.motif,      row.look.detail,         row.look.main, row.look.accent,
                     row.look.background, static_cast<int>(place), product.name};
  return product;
}

/// Most shelves are full, a few are nearly empty, one or two are empty.
void set_stock(std::vector<DemoProduct>& products, DemoRandom& random) {
  std::vector<std::size_t> on_sale;
  for (std::size_t at = 0; at < products.size(); ++at) {
    products[at].stock = random.between(12, kDemoStockMax);
    if (products[at].status == "active") on_sale.push_back(at);
  }
  random.shuffle(on_sale);
  const std::size_t empty = random.one_in(2) ? 2 : 1;
  const std::size_t low = empty + 5;
  for (std::size_t at = 0; at < low && at < on_sale.size(); ++at) {
    products[on_sale[at]].stock =
        at < empty ? 0 : random.between(kDemoLowStockThreshold - 2, kDemoLowStockThreshold + 3);
  }
}

int pick_weighted(std::span<const int> weights, DemoRandom& random) {
  int sum = 0;
  for (const int weight : weights) sum += weight;
  int left = random.between(1, sum);
  for (std::size_t at = 0; at < weights.size(); ++at) {
    left -= weights[at];
    if (left <= 0) return static_cast<int>(at);
  }
  return 0;
}

void add_reviews(DemoProduct& product, ReviewWriter& writer, DemoRandom& random) {
  constexpr int kCounts[kDemoReviewsPerProductMax + 1] = {5, 8, 14, 18, 18, 14, 11, 7, 5};
  // Stars of a product that people love, and of one that divides them; from one star to five.
  constexpr int kLoved[] = {2, 3, 8, 27, 60};
  constexpr int kMixed[] = {7, 11, 20, 32, 30};
  const std::span<const int> stars = random.one_in(5) ? kMixed : kLoved;
  const int count = pick_weighted(kCounts, random);
  std::vector<std::size_t> authors(std::size(kReviewers));
  for (std::size_t at = 0; at < authors.size(); ++at) authors[at] = at;
  random.shuffle(authors);
  for (int written = 0; written < count; ++written) {
    WrittenReview review = writer.write(1 + pick_weighted(stars, random));
    const int oldest = std::min(75 * kDay, product.age_minutes - kDay);
    product.reviews.push_back({authors[static_cast<std::size_t>(written)], review.rating,
                               std::move(review.text), random.between(90, oldest)});
  }
  std::stable_sort(
      product.reviews.begin(), product.reviews.end(),
      [](const DemoReview& a, const DemoReview& b) { return a.age_minutes > b.age_minutes; });
}

void fill_shelves(DemoShop& shop, std::span<const CatalogueRow> rows, const ReviewVoice& voice,
                  DemoRandom& random) {
  ReviewWriter writer(voice, random);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    shop.products.push_back(make_product(rows[at], at, random));
    DemoProduct& product = shop.products.back();
    writer.start(rows[at]);
    if (product.status == "active") add_reviews(product, writer, random);
  }
  set_stock(shop.products, random);
}

/// A shop without products; its emblem and wares are places in `rows`.
DemoShop make_shop(std::string slug, BrandSpec brand, std::span<const CatalogueRow> rows,
                   std::array<std::size_t, 4> wares) {
  const auto picture = [&rows](std::size_t at) {
    const Look& look = rows[at].look;
    return PictureSpec{look.motif,
                       look.detail,
                       look.main,
                       look.accent,
                       look.background,
                       0,
                       std::string(rows[at].article.name)};
  };
  DemoShop shop;
  shop.slug = std::move(slug);
  shop.name = brand.name;
  shop.tagline = brand.tagline;
  shop.colours = {colour_text(brand.primary), colour_text(brand.accent),
                  colour_text(brand.background)};
  shop.age_minutes = 400 * kDay;
  brand.emblem = picture(wares[0]);
  brand.wares = {picture(wares[1]), picture(wares[2]), picture(wares[3])};
  shop.brand = std::move(brand);
  return shop;
}

/// One order of a shop's past: when it was placed, about, and how far it has come since.
struct Step {
  int placed_minutes_ago;
  int changed_minutes_later;
  std::string_view status;
};

constexpr Step kBakeryPast[] = {
    {14000, 180, "delivered"}, {12700, 240, "delivered"}, {11300, 90, "delivered"},
    {9800, 12, "cancelled"},   {8300, 200, "delivered"},  {6900, 150, "delivered"},
    {5200, 310, "delivered"},  {3400, 120, "delivered"},  {1700, 160, "delivered"},
    {170, 75, "ready"},        {105, 40, "preparing"},    {64, 15, "preparing"},
    {33, 8, "confirmed"},      {12, 0, "pending"},
};
constexpr Step kGadgetsPast[] = {
    {13600, 3100, "delivered"}, {12100, 2900, "delivered"}, {10500, 2600, "delivered"},
    {9100, 40, "cancelled"},    {7600, 2800, "delivered"},  {6000, 3300, "delivered"},
    {4600, 2500, "delivered"},  {2300, 1700, "ready"},      {1500, 900, "preparing"},
    {760, 300, "preparing"},    {310, 60, "confirmed"},     {90, 0, "pending"},
    {24, 0, "pending"},
};

DemoOrder make_order(const DemoShop& shop, std::size_t shop_index, const Step& step,
                     DemoRandom& random) {
  const int jitter = step.placed_minutes_ago / 40;
  const int later = step.changed_minutes_later;
  DemoOrder order;
  order.shop = shop_index;
  order.customer = kBuyers[random.index(kBuyers.size())];
  order.status = step.status;
  order.placed_minutes_ago = step.placed_minutes_ago + random.between(-jitter, jitter);
  order.changed_minutes_ago =
      order.placed_minutes_ago - (later == 0 ? 0 : random.between(later - later / 4, later));
  std::vector<std::size_t> shelf;
  for (std::size_t at = 0; at < shop.products.size(); ++at) {
    if (shop.products[at].status == "active") shelf.push_back(at);
  }
  random.shuffle(shelf);
  // People fill a bag at the bakery and buy one or two gadgets.
  const bool bag = shop.currency == "EUR";
  const int lines = bag ? random.between(1, 4) : 1 + (random.one_in(3) ? 1 : 0);
  for (int line = 0; line < lines; ++line) {
    const std::size_t product = shelf[static_cast<std::size_t>(line)];
    const bool large = shop.products[product].price_minor > (bag ? 1000 : 10000);
    order.items.push_back({product, large ? 1 : random.between(1, bag ? 4 : 2)});
  }
  return order;
}

void add_orders(DemoData& data, DemoRandom& random) {
  const std::array<std::span<const Step>, 2> pasts = {kBakeryPast, kGadgetsPast};
  for (std::size_t at = 0; at < pasts.size(); ++at) {
    for (const Step& step : pasts[at]) {
      data.orders.push_back(make_order(data.shops[at], at, step, random));
    }
  }
  std::stable_sort(data.orders.begin(), data.orders.end(),
                   [](const DemoOrder& a, const DemoOrder& b) {
                     return a.placed_minutes_ago > b.placed_minutes_ago;
                   });
}

/// What has been sold was on the shelf before.
void set_opening_stock(DemoData& data) {
  for (DemoShop& shop : data.shops) {
    for (DemoProduct& product : shop.products) product.opening_stock = product.stock;
  }
  for (const DemoOrder& order : data.orders) {
    if (order.status == "cancelled") continue;
    for (const DemoOrderItem& item : order.items) {
      data.shops[order.shop].products[item.product].opening_stock += item.quantity;
    }
  }
}

}  // namespace

DemoData make_demo_data(std::uint64_t seed) {
  DemoRandom random(seed);
  DemoData data;
  data.accounts = make_accounts();
  data.reviewers.assign(std::begin(kReviewers), std::end(kReviewers));

  DemoShop bakery = make_shop("bakery",
                              {.name = "Poppy & Rye",
                               .tagline = "Bread and cake from slow hands",
                               .primary = 0x6d3325,
                               .accent = 0xe9a35c,
                               .background = 0xfdf3e4,
                               .emblem = {},
                               .wares = {}},
                              bakery_catalogue(), {13, 32, 0, 28});
  bakery.currency = "EUR";
  bakery.owner = kSeller;
  fill_shelves(bakery, bakery_catalogue(), bakery_voice(), random);

  DemoShop gadgets = make_shop("gadgets",
                               {.name = "Lumen Yard",
                                .tagline = "Small machines, well chosen",
                                .primary = 0x27375e,
                                .accent = 0x57b8a0,
                                .background = 0xeef3f9,
                                .emblem = {},
                                .wares = {}},
                               gadgets_catalogue(), {0, 4, 30, 47});
  gadgets.currency = "USD";
  gadgets.owner = kSecondSeller;
  fill_shelves(gadgets, gadgets_catalogue(), gadgets_voice(), random);

  data.shops = {std::move(bakery), std::move(gadgets)};
  add_orders(data, random);
  set_opening_stock(data);
  return data;
}

}  // namespace tillcast::commerce
