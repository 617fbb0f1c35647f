#include "app/composer/compose.h"

#include <gtest/gtest.h>
#include <webp/decode.h>

#include <cmath>
#include <cstring>
#include <set>
#include <string>

#include "app/composer/photo.h"

namespace tillcast::composer {
namespace {

commerce::Advertisement example() {
  commerce::Advertisement words;
  words.product_id = "product";
  words.name = "Rye Sourdough";
  words.price = "€4.50";
  words.category = "Bread";
  words.shop = "Poppy & Rye";
  words.primary = "#6d3325";
  words.accent = "#e9a35c";
  words.background = "#fdf3e4";
  return words;
}

std::uint32_t pixel(const Surface& surface, int x, int y) {
  cairo_surface_flush(surface.get());
  const unsigned char* const row =
      cairo_image_surface_get_data(surface.get()) +
      static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(surface.get());
  std::uint32_t value = 0;
  std::memcpy(&value, row + static_cast<std::ptrdiff_t>(x) * 4, 4);
  return value & 0xFFFFFF;
}

std::uint32_t rgb24(const Rgb& colour) {
  const auto part = [](double value) {
    return static_cast<std::uint32_t>(std::lround(value * 255));
  };
  return part(colour.red) << 16 | part(colour.green) << 8 | part(colour.blue);
}

/// How many pixels of the square around a place have this colour.
int count(const Surface& surface, const Badge& badge, const Rgb& colour) {
  constexpr int kReach = 110;
  int found = 0;
  for (int y = static_cast<int>(badge.y) - kReach; y < static_cast<int>(badge.y) + kReach; ++y) {
    for (int x = static_cast<int>(badge.x) - kReach; x < static_cast<int>(badge.x) + kReach; ++x) {
      if (x < 0 || y < 0 || x >= kSide || y >= kSide) continue;
      found += pixel(surface, x, y) == rgb24(colour) ? 1 : 0;
    }
  }
  return found;
}

std::string bytes_of(const Surface& surface) {
  cairo_surface_flush(surface.get());
  return {reinterpret_cast<const char*>(cairo_image_surface_get_data(surface.get())),
          static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get())) * kSide};
}

struct Drawn {
  Surface surface = make_surface(kSide, kSide);
  Badge badge{};
};

Drawn draw(std::size_t layout, const commerce::Advertisement& words,
           cairo_surface_t* photo = nullptr) {
  Drawn drawn;
  Canvas canvas(drawn.surface.get());
  drawn.badge = layout_number(layout)(canvas, {words, palette_of(words), photo});
  return drawn;
}

TEST(Advertisement, is_a_square_of_1080_pixels_and_the_same_every_time) {
  const auto one = compose(example(), nullptr);
  EXPECT_EQ(cairo_image_surface_get_width(one.surface.get()), 1080);
  EXPECT_EQ(cairo_image_surface_get_height(one.surface.get()), 1080);
  EXPECT_EQ(bytes_of(one.surface), bytes_of(compose(example(), nullptr).surface));
}

TEST(Advertisement, has_a_layout_that_follows_from_the_product) {
  std::set<std::string> pictures;
  for (std::size_t i = 0; i < kLayouts; ++i) {
    pictures.insert(bytes_of(draw(i, example()).surface));
  }
  EXPECT_EQ(pictures.size(), kLayouts) << "they differ";
  std::set<std::string> chosen;
  for (int i = 0; i < 20; ++i) {
    auto words = example();
    words.product_id = "product" + std::to_string(i);
    const auto badge = compose(words, nullptr).badge;
    chosen.insert(std::to_string(std::lround(badge.y)));
  }
  EXPECT_EQ(chosen.size(), kLayouts) << "all are used";
}

TEST(Advertisement, shows_the_price_on_a_badge_that_can_be_read) {
  for (std::size_t layout = 0; layout < kLayouts; ++layout) {
    const auto drawn = draw(layout, example());
    EXPECT_EQ(rgb24(drawn.badge.colour), 0xe9a35cU) << layout;
    EXPECT_GT(count(drawn.surface, drawn.badge, drawn.badge.colour), 5'000) << layout;
    EXPECT_GT(count(drawn.surface, drawn.badge, drawn.badge.ink), 500) << layout;
    EXPECT_GE(contrast(drawn.badge.colour, drawn.badge.ink), 4.5) << layout;
    auto other = example();
    other.price = "€9.99";
    EXPECT_NE(bytes_of(draw(layout, other).surface), bytes_of(drawn.surface)) << layout;
  }
}

TEST(Advertisement, of_a_shop_with_hopeless_colours_can_be_read_all_the_same) {
  for (const char* colour : {"#ffffff", "#000000", "#808080", "#ffff00", "nonsense", ""}) {
    auto words = example();
    words.primary = words.accent = words.background = colour;
    for (std::size_t layout = 0; layout < kLayouts; ++layout) {
      const auto drawn = draw(layout, words);
      EXPECT_GE(contrast(drawn.badge.colour, drawn.badge.ink), 4.5) << colour << layout;
      EXPECT_GT(count(drawn.surface, drawn.badge, drawn.badge.ink), 500) << colour << layout;
    }
  }
}

TEST(Advertisement, is_drawn_whatever_its_words_are) {
  std::string marks = "a";
  for (int i = 0; i < 99; ++i) marks += "\xcc\x81";
  for (const std::string& name : std::vector<std::string>{
           std::string(200, 'W'), "<b>&amp;</b> </span> %s {name}", "خبز طازج <i> 12",
           "\xf0\x9f\xa5\x90\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8d\xb3", "\xff\xfe broken \xc3",
           marks, "", " ", "\n\t\r\x01",
           "\xe2\x80\xae"
           "abc",
           std::string("a\0b", 3), "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"}) {
    for (std::size_t layout = 0; layout < kLayouts; ++layout) {
      auto words = example();
      words.name = words.shop = words.category = name;
      words.price = "1000000000.00 CHF";
      const auto drawn = draw(layout, words);
      // Text is kept to its box: the corners are what they are without any.
      EXPECT_EQ(pixel(drawn.surface, 2, 2), pixel(draw(layout, example()).surface, 2, 2)) << name;
    }
  }
}

TEST(DrawableText, has_no_line_breaks_or_broken_characters) {
  EXPECT_EQ(drawable_text("a\nb\r\n\tc"), "a b c");
  EXPECT_EQ(drawable_text("\xc3"), "\xef\xbf\xbd");
  EXPECT_EQ(drawable_text("<b>&"), "<b>&");
}

TEST(Contrast, is_that_of_the_guidelines) {
  EXPECT_NEAR(contrast({0, 0, 0}, {1, 1, 1}), 21, 0.01);
  EXPECT_NEAR(contrast(parse_colour("#777777", {}), {1, 1, 1}), 4.48, 0.01);
  for (int i = 0; i <= 255; ++i) {
    const double part = i / 255.0;
    EXPECT_GE(contrast({part, part, part}, ink_on({part, part, part})), 4.5) << i;
  }
}

TEST(Photo, that_is_webp_comes_back_as_it_was_and_covers_its_place) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the sanitizer needs more than the sandbox gives";
#endif
  Surface red = make_surface(64, 48);
  Canvas(red.get()).fill({0.8, 0.1, 0.1});
  const Surface photo = load_photo({commerce::PhotoKind::kWebp, encode_webp(red.get())});
  ASSERT_NE(photo, nullptr);
  EXPECT_EQ(cairo_image_surface_get_width(photo.get()), 64);
  const std::uint32_t seen = pixel(photo, 30, 20);
  EXPECT_NEAR(seen >> 16, 204, 6);
  const auto drawn = draw(2, example(), photo.get());
  EXPECT_NEAR(pixel(drawn.surface, 540, 200) >> 16, 204, 6);
}

TEST(Photo, that_cannot_be_read_is_none) {
  EXPECT_EQ(load_photo({}), nullptr);
  EXPECT_EQ(load_photo({commerce::PhotoKind::kWebp, "RIFF"}), nullptr);
  std::string cut = encode_webp(make_surface(64, 64).get());
  cut.resize(cut.size() / 2);
  EXPECT_EQ(load_photo({commerce::PhotoKind::kWebp, cut}), nullptr);
  EXPECT_EQ(load_photo({commerce::PhotoKind::kSvg, "<html>"}), nullptr);
}

TEST(Photo, that_is_our_own_svg_is_drawn) {
  const Surface photo = load_photo(
      {commerce::PhotoKind::kSvg,
       R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#00ff00"/></svg>)"});
  ASSERT_NE(photo, nullptr);
  EXPECT_EQ(pixel(photo, 500, 500), 0x00ff00U);
}

TEST(Webp, is_of_the_same_size_and_nearly_the_same_colours) {
  const auto composed = compose(example(), nullptr);
  const std::string webp = encode_webp(composed.surface.get());
  int width = 0;
  int height = 0;
  ASSERT_NE(
      WebPGetInfo(reinterpret_cast<const std::uint8_t*>(webp.data()), webp.size(), &width, &height),
      0);
  EXPECT_EQ(width, 1080);
  EXPECT_EQ(height, 1080);
  EXPECT_LT(webp.size(), 400'000U);
}

}  // namespace
}  // namespace tillcast::composer

#ifdef __SANITIZE_ADDRESS__
// Fontconfig keeps what it has read of the machine's fonts until the program ends. The name is the
// sanitizer's.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif

#ifdef __SANITIZE_THREAD__
// Pango lets Fontconfig read the fonts in a thread, and hands over by GLib, whose locks are not
// instrumented. Nothing of ours has a second thread. The name is the sanitizer's.
extern "C" const char* __tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {
  return "race:libfontconfig\nrace:libpango\nrace:libglib\n";
}
#endif
