#include "app/composer/compose.h"

namespace tillcast::composer {

Palette palette_of(const commerce::Advertisement& advertisement) {
  return {parse_colour(advertisement.primary, {0.13, 0.27, 0.36}),
          parse_colour(advertisement.accent, {0.96, 0.71, 0.25}),
          parse_colour(advertisement.background, {0.97, 0.96, 0.94})};
}

Composition compose(const commerce::Advertisement& advertisement, cairo_surface_t* photo) {
  Composition composition{make_surface(kSide, kSide)};
  Canvas canvas(composition.surface.get());
  const Layout draw = layout_number(commerce::stable_hash(advertisement.product_id) % kLayouts);
  composition.badge = draw(canvas, {advertisement, palette_of(advertisement), photo});
  return composition;
}

}  // namespace tillcast::composer
