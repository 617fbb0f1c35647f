#include "app/composer/colours.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tillcast::composer {
namespace {

constexpr Rgb kDark{5.0 / 255, 5.0 / 255, 8.0 / 255};
constexpr Rgb kLight{1, 1, 1};

double linear(double part) {
  return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

double luminance(const Rgb& colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

}  // namespace

Rgb parse_colour(std::string_view text, const Rgb& otherwise) {
  unsigned value = 0;
  if (text.size() != 7 || text.front() != '#') return otherwise;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + 1, end, value, 16);
  if (error != std::errc() || at != end) return otherwise;
  return {static_cast<double>(value >> 16) / 255, static_cast<double>(value >> 8 & 255) / 255,
          static_cast<double>(value & 255) / 255};
}

double contrast(const Rgb& a, const Rgb& b) {
  const double one = luminance(a) + 0.05;
  const double other = luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

Rgb ink_on(const Rgb& background) {
  return contrast(background, kLight) >= 4.5 ||
                 contrast(background, kLight) >= contrast(background, kDark)
             ? kLight
             : kDark;
}

Rgb mix(const Rgb& from, const Rgb& to, double part) {
  return {from.red + (to.red - from.red) * part, from.green + (to.green - from.green) * part,
          from.blue + (to.blue - from.blue) * part};
}

Rgb standing_out(const Rgb& background, const Rgb& first, const Rgb& second, double least) {
  if (contrast(background, first) >= least) return first;
  if (contrast(background, second) >= least) return second;
  return ink_on(background);
}

}  // namespace tillcast::composer
