// Draws the advertisement of a product: name, price on a badge, shop, in the shop's colours, with
// its photo or, without one, a drawn ornament. Pure, but for the fonts of the machine; one thread.
#pragma once

#include <cstddef>

#include "app/composer/canvas.h"
#include "commerce/advertisement.h"

namespace tillcast::composer {

/// Pixels of the picture, both ways.
inline constexpr int kSide = 1080;
/// How many layouts there are.
inline constexpr std::size_t kLayouts = 4;

/// What a shop without colours has; and what all layouts take their colours from.
struct Palette {
  Rgb primary{};
  Rgb accent{};
  Rgb background{};
};
Palette palette_of(const commerce::Advertisement& advertisement);

/// What is drawn with. `photo` may be null.
struct Scene {
  const commerce::Advertisement& words;
  Palette colours;
  cairo_surface_t* photo;
};

/// Where the price is, and what it is drawn in.
struct Badge {
  double x = 0;
  double y = 0;
  Rgb colour{};
  Rgb ink{};
};

using Layout = Badge (*)(Canvas& canvas, const Scene& scene);
/// One of the layouts, `number` from 0 to kLayouts - 1.
Layout layout_number(std::size_t number);

struct Composition {
  Surface surface{};
  Badge badge{};
};

/// The layout follows from the product's id.
Composition compose(const commerce::Advertisement& advertisement, cairo_surface_t* photo);

/// The product's photo, or an ornament in its place.
void draw_subject(Canvas& canvas, const Scene& scene, const Box& box);

}  // namespace tillcast::composer
