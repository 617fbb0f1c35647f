// The layouts. Each is drawn by hand on the square of 1080 pixels.
#include <array>
#include <cmath>

#include "app/composer/compose.h"

namespace tillcast::composer {
namespace {

constexpr double kTilt = -0.14;

/// The price on a round sticker.
void price_sticker(Canvas& canvas, const Scene& scene, const Badge& badge, double radius) {
  canvas.circle(badge.x + 4, badge.y + 9, radius * 0.95, {0, 0, 0}, 0.2);
  canvas.sticker(badge.x, badge.y, radius, 22, badge.colour);
  canvas.ring(badge.x, badge.y, radius * 0.8, 3, badge.ink, 0.7);
  canvas.save();
  canvas.turn(badge.x, badge.y, kTilt);
  const double width = radius * 1.42;
  canvas.text(scene.words.price, {badge.x - width / 2, badge.y - radius / 2, width, radius},
              {.colour = badge.ink,
               .weight = Weight::kHeavy,
               .align = Align::kCentre,
               .size_max = std::floor(radius * 0.52),
               .size_min = 20});
  canvas.restore();
}

/// The price on a lying pill whose left end is given.
void price_pill(Canvas& canvas, const Scene& scene, double left, double height, Badge& badge) {
  const TextStyle style{.colour = badge.ink,
                        .weight = Weight::kHeavy,
                        .align = Align::kCentre,
                        .size_max = std::floor(height * 0.56),
                        .size_min = 20};
  const double room = height * 0.45;
  const double width = std::min(430.0, canvas.text_width(scene.words.price, style) + 2 * room);
  badge.x = left + width / 2;
  const Box box{left, badge.y - height / 2, width, height};
  canvas.rounded({box.x + 4, box.y + 7, box.width, box.height}, height / 2, {0, 0, 0}, 0.18);
  canvas.rounded(box, height / 2, badge.colour);
  canvas.text(scene.words.price, {left + room / 2, box.y, width - room, height}, style);
}

std::string_view small_words(const Scene& scene) {
  return scene.words.category.empty() ? std::string_view(scene.words.tagline)
                                      : std::string_view(scene.words.category);
}

Badge badge_on(const Rgb& ground, const Palette& colours) {
  Badge badge;
  badge.colour = standing_out(ground, colours.accent, colours.background, 1.7);
  badge.ink = ink_on(badge.colour);
  return badge;
}

/// A card with the photo on the shop's colour, name and shop below.
Badge draw_card(Canvas& canvas, const Scene& scene) {
  const Palette& colours = scene.colours;
  const Rgb ink = ink_on(colours.primary);
  canvas.fill(colours.primary);
  canvas.circle(120, 980, 360, ink, 0.05);
  canvas.circle(1010, 120, 300, ink, 0.05);
  const Box card{80, 80, 920, 610};
  canvas.rounded({card.x + 4, card.y + 12, card.width, card.height}, 44, {0, 0, 0}, 0.22);
  canvas.save();
  canvas.clip_rounded(card, 44);
  draw_subject(canvas, scene, card);
  canvas.restore();
  canvas.text(
      scene.words.name, {80, 715, 920, 185},
      {.colour = ink, .weight = Weight::kHeavy, .size_max = 84, .size_min = 38, .lines_max = 2});
  canvas.rectangle({80, 921, 72, 6}, badge_on(colours.primary, colours).colour);
  canvas.text(scene.words.shop, {80, 942, 620, 66},
              {.colour = ink, .weight = Weight::kBold, .size_max = 38, .size_min = 24});
  Badge badge = badge_on(colours.primary, colours);
  badge.x = 890;
  badge.y = 560;
  price_sticker(canvas, scene, badge, 148);
  return badge;
}

/// The photo above a slanting edge, the words on the shop's colour below it.
Badge draw_slant(Canvas& canvas, const Scene& scene) {
  const Palette& colours = scene.colours;
  const Rgb ink = ink_on(colours.primary);
  canvas.fill(colours.background);
  draw_subject(canvas, scene, {0, 0, 1080, 720});
  Badge badge = badge_on(colours.primary, colours);
  const double line[4][2] = {{0, 690}, {1080, 540}, {1080, 1080}, {0, 1080}};
  const double edge[4][2] = {{0, 712}, {1080, 562}, {1080, 1080}, {0, 1080}};
  canvas.polygon(line, 4, badge.colour);
  canvas.polygon(edge, 4, colours.primary);
  canvas.text(
      scene.words.name, {72, 722, 936, 178},
      {.colour = ink, .weight = Weight::kHeavy, .size_max = 82, .size_min = 36, .lines_max = 2});
  badge.y = 974;
  price_pill(canvas, scene, 72, 116, badge);
  const double left = std::max(badge.x * 2 - 72 + 36, 400.0);
  const bool has_more = !small_words(scene).empty();
  canvas.text(scene.words.shop, {left, 922, 1008 - left, has_more ? 58.0 : 104.0},
              {.colour = ink, .weight = Weight::kBold, .size_max = 40, .size_min = 24});
  canvas.text(small_words(scene), {left, 980, 1008 - left, 46},
              {.colour = mix(ink, colours.primary, 0.18),
               .weight = Weight::kRegular,
               .size_max = 30,
               .size_min = 22});
  return badge;
}

/// The photo to the edges, and the words on the dark that it turns into.
Badge draw_full(Canvas& canvas, const Scene& scene) {
  const Palette& colours = scene.colours;
  const Rgb dark = mix(colours.primary, {0.03, 0.03, 0.05}, 0.72);
  draw_subject(canvas, scene, {0, 0, 1080, 840});
  canvas.shade({0, 520, 1080, 320}, dark, 1);
  canvas.rectangle({0, 839, 1080, 241}, dark);
  const Rgb ink = ink_on(dark);
  canvas.text(small_words(scene), {80, 674, 920, 56},
              {.colour = mix(ink, colours.accent, 0.35),
               .weight = Weight::kBold,
               .size_max = 32,
               .size_min = 24,
               .spacing = 2});
  canvas.text(
      scene.words.name, {80, 732, 920, 176},
      {.colour = ink, .weight = Weight::kHeavy, .size_max = 82, .size_min = 38, .lines_max = 2});
  Badge badge = badge_on(dark, colours);
  badge.y = 982;
  price_pill(canvas, scene, 80, 112, badge);
  const double left = std::max(badge.x * 2 - 80 + 40, 420.0);
  canvas.text(
      scene.words.shop, {left, 932, 1000 - left, 100},
      {.colour = ink, .weight = Weight::kBold, .size_max = 40, .size_min = 24, .lines_max = 2});
  return badge;
}

/// A round photo on a quiet ground, all in the middle.
Badge draw_round(Canvas& canvas, const Scene& scene) {
  const Palette& colours = scene.colours;
  canvas.fill(colours.background);
  const Rgb strong = standing_out(colours.background, colours.primary, colours.accent, 3);
  const Rgb ink = contrast(colours.background, strong) >= 4.5 ? strong : ink_on(colours.background);
  canvas.circle(540, 395, 400, mix(colours.background, strong, 0.1));
  canvas.rectangle({0, 1044, 1080, 36}, strong);
  canvas.rectangle({0, 0, 1080, 36}, strong);
  canvas.save();
  canvas.clip_circle(540, 395, 304);
  draw_subject(canvas, scene, {236, 91, 608, 608});
  canvas.restore();
  canvas.ring(540, 395, 304, 14, strong);
  canvas.ring(540, 395, 330, 3, strong, 0.7);
  canvas.text(scene.words.name, {80, 752, 920, 176},
              {.colour = ink,
               .weight = Weight::kHeavy,
               .align = Align::kCentre,
               .size_max = 80,
               .size_min = 38,
               .lines_max = 2});
  canvas.text(scene.words.shop, {90, 948, 900, 60},
              {.colour = ink,
               .weight = Weight::kBold,
               .align = Align::kCentre,
               .size_max = 38,
               .size_min = 24});
  Badge badge = badge_on(colours.background, colours);
  badge.x = 812;
  badge.y = 600;
  price_sticker(canvas, scene, badge, 142);
  return badge;
}

constexpr std::array<Layout, kLayouts> kDrawers = {draw_card, draw_slant, draw_full, draw_round};

}  // namespace

Layout layout_number(std::size_t number) { return kDrawers.at(number); }

}  // namespace tillcast::composer
