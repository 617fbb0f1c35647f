#include "commerce/advertisement.h"

#include <gtest/gtest.h>

#include <set>

#include "commerce/fields.h"

namespace tillcast::commerce {
namespace {

Record product_named(const std::string& id, const std::string& name) {
  Record product(Kind::kProduct);
  product.set(kId, id);
  product.set(product::kName, name);
  product.set(product::kPriceMinor, std::int64_t{450});
  return product;
}

Record example_shop() {
  Record shop(Kind::kShop);
  shop.set(shop::kName, std::string("Poppy & Rye"));
  shop.set(shop::kCurrency, std::string("EUR"));
  shop.set(shop::kColours,
           std::string(R"({"primary":"#6d3325","accent":"#e9a35c","background":"#fdf3e4"})"));
  return shop;
}

TEST(PriceText, has_the_places_of_its_currency) {
  EXPECT_EQ(price_text(450, "EUR"), "€4.50");
  EXPECT_EQ(price_text(5, "USD"), "$0.05");
  EXPECT_EQ(price_text(0, "GBP"), "£0.00");
  EXPECT_EQ(price_text(450, "JPY"), "¥450");
  EXPECT_EQ(price_text(450, "CHF"), "4.50 CHF");
  EXPECT_EQ(price_text(1, "KWD"), "0.001 KWD");
  EXPECT_EQ(price_text(1500, "ISK"), "1500 ISK");
  EXPECT_EQ(price_text(100'000'000'000, "EUR"), "€1000000000.00");
}

TEST(Caption, names_product_price_and_shop_and_is_the_same_every_time) {
  std::set<std::string> openings;
  for (int i = 0; i < 40; ++i) {
    const Record product = product_named("p" + std::to_string(i), "Rye");
    const std::string caption = caption_of(product, example_shop());
    for (const char* part : {"Rye", "€4.50", "Poppy & Rye", "#PoppyRye"}) {
      EXPECT_NE(caption.find(part), std::string::npos) << caption;
    }
    EXPECT_EQ(caption.find("{"), std::string::npos) << caption;
    EXPECT_EQ(caption, caption_of(product, example_shop()));
    openings.insert(caption.substr(0, 8));
  }
  EXPECT_GE(openings.size(), 5U) << "not all the same";
}

TEST(Caption, takes_a_name_as_it_is) {
  const Record product = product_named("p", "{price} {shop} <b>%s</b>");
  EXPECT_NE(caption_of(product, example_shop()).find("{price} {shop} <b>%s</b>"),
            std::string::npos);
}

TEST(Caption, fits_its_field) {
  for (int i = 0; i < 20; ++i) {
    Record product = product_named("p" + std::to_string(i), std::string(200, 'n'));
    product.set(product::kCategory, std::string(60, 'c'));
    Record shop = example_shop();
    shop.set(shop::kName, std::string(100, 's'));
    EXPECT_LE(caption_of(product, shop).size(), 1'000U);
  }
}

TEST(Advertisement, comes_out_as_it_went_in) {
  Record product = product_named("p1", "A \"name\"\nof \xf0\x9f\xa5\x90 two lines");
  product.set(product::kCategory, std::string("Bread"));
  const Photo photo{PhotoKind::kWebp, std::string("RIFF\0\n{}\xff", 9)};
  const auto sent = advertisement_of(product, example_shop(), photo);
  const auto got = read_advertisement(write_advertisement(sent));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->product_id, "p1");
  EXPECT_EQ(got->name, product.text(product::kName));
  EXPECT_EQ(got->price, "€4.50");
  EXPECT_EQ(got->category, "Bread");
  EXPECT_EQ(got->shop, "Poppy & Rye");
  EXPECT_EQ(got->accent, "#e9a35c");
  EXPECT_EQ(got->photo.kind, PhotoKind::kWebp);
  EXPECT_EQ(got->photo.bytes, photo.bytes);
  for (const char* other : {"", "\n", "{}", "[]\n", "{}\n", "{\"photo\":\"1\"}\n"}) {
    EXPECT_FALSE(read_advertisement(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace tillcast::commerce
