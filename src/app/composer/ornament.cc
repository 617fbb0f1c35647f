// draw_subject(): what a product without a photo is shown by.
#include <glib.h>

#include <cmath>
#include <numbers>

#include "app/composer/compose.h"

namespace tillcast::composer {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

/// Its first letter or sign, whole, large.
std::string monogram(std::string_view name) {
  const std::string text = drawable_text(name);
  for (const char* at = text.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
    const gunichar point = g_utf8_get_char(at);
    if (!g_unichar_isgraph(point) || g_unichar_ismark(point)) continue;
    gchar upper[8] = {};
    const int size = g_unichar_to_utf8(g_unichar_toupper(point), upper);
    return {upper, static_cast<std::size_t>(size)};
  }
  return "*";
}

void draw_rays(Canvas& canvas, const Box& box, const Rgb& colour) {
  const double x = box.x + box.width / 2;
  const double y = box.y + box.height / 2;
  const double reach = std::hypot(box.width, box.height);
  constexpr int kRays = 14;
  for (int i = 0; i < kRays; ++i) {
    const double from = kTurn * i / kRays;
    const double to = from + kTurn / (2 * kRays);
    const double ray[3][2] = {{x, y},
                              {x + reach * std::cos(from), y + reach * std::sin(from)},
                              {x + reach * std::cos(to), y + reach * std::sin(to)}};
    canvas.polygon(ray, 3, colour, 0.5);
  }
}

void draw_dots(Canvas& canvas, const Box& box, const Rgb& colour) {
  constexpr double kStep = 46;
  int row = 0;
  for (double y = box.y + kStep / 2; y < box.y + box.height; y += kStep, ++row) {
    const double shift = row % 2 == 0 ? 0 : kStep / 2;
    for (double x = box.x + kStep / 2 + shift; x < box.x + box.width; x += kStep) {
      canvas.circle(x, y, 6, colour, 0.55);
    }
  }
}

void draw_hills(Canvas& canvas, const Box& box, const Rgb& colour) {
  const double radius = box.width * 0.62;
  for (int i = 0; i < 4; ++i) {
    canvas.circle(box.x + box.width * (0.1 + 0.27 * i), box.y + box.height + radius * 0.45, radius,
                  colour, 0.3);
  }
}

}  // namespace

void draw_subject(Canvas& canvas, const Scene& scene, const Box& box) {
  if (scene.photo != nullptr) return canvas.picture(scene.photo, box);
  const Palette& colours = scene.colours;
  const Rgb ground = mix(colours.background, colours.accent, 0.28);
  const Rgb pattern = mix(ground, colours.background, 0.75);
  const Rgb disc = standing_out(ground, colours.primary, colours.accent, 1.4);
  canvas.rectangle(box, ground);
  switch (commerce::stable_hash(scene.words.product_id + "ornament") % 3) {
    case 0:
      draw_rays(canvas, box, pattern);
      break;
    case 1:
      draw_dots(canvas, box, pattern);
      break;
    default:
      draw_hills(canvas, box, pattern);
  }
  const double x = box.x + box.width / 2;
  const double y = box.y + box.height / 2;
  const double radius = std::min(box.width, box.height) * 0.3;
  canvas.circle(x, y, radius, disc);
  canvas.ring(x, y, radius + 16, 5, disc, 0.8);
  canvas.text(monogram(scene.words.name), {x - radius, y - radius * 0.75, 2 * radius, radius * 1.5},
              {.colour = ink_on(disc),
               .weight = Weight::kHeavy,
               .align = Align::kCentre,
               .size_max = std::floor(radius * 1.05),
               .size_min = 40});
}

}  // namespace tillcast::composer
