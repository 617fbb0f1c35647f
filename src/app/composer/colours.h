// Colours of a shop, and which of them can be read on which. Pure; any thread.
#pragma once

#include <string_view>

namespace tillcast::composer {

/// Parts from 0 to 1, as sRGB.
struct Rgb {
  double red = 0;
  double green = 0;
  double blue = 0;
};

/// `#rrggbb`; `otherwise` for another text.
Rgb parse_colour(std::string_view text, const Rgb& otherwise);

/// From 1 for the same colour to 21 for black on white (WCAG 2.1, contrast ratio).
double contrast(const Rgb& a, const Rgb& b);

/// A nearly black or white ink, whichever is read better on this; at least 4.5 of contrast.
Rgb ink_on(const Rgb& background);

/// `part` of the way from `from` to `to`.
Rgb mix(const Rgb& from, const Rgb& to, double part);

/// The first of these that stands out from the background, by a contrast of at least `least`; the
/// ink that is read best if none does.
Rgb standing_out(const Rgb& background, const Rgb& first, const Rgb& second, double least);

}  // namespace tillcast::composer
