// A pen for advertisements: flat shapes, pictures and texts on a square of pixels, by Cairo and
// Pango. Lengths are pixels, angles radians. One thread.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>
#include <string_view>

#include "app/composer/colours.h"

namespace tillcast::composer {

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
/// Pixels in memory.
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

/// An opaque square. Throws std::runtime_error if there is no memory.
Surface make_surface(int width, int height);
/// The same picture on a square of this side.
Surface scaled(cairo_surface_t* surface, int side);

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

enum class Weight { kRegular, kBold, kHeavy };
enum class Align { kStart, kCentre };

struct TextStyle {
  Rgb colour{};
  Weight weight = Weight::kBold;
  Align align = Align::kStart;
  /// The largest size that fits the box is taken.
  double size_max = 40;
  double size_min = 20;
  int lines_max = 1;
  /// Extra space between letters.
  double spacing = 0;
};

class Canvas {
 public:
  /// Draws on `surface`, which outlives it.
  explicit Canvas(cairo_surface_t* surface);

  void fill(const Rgb& colour);
  void rectangle(const Box& box, const Rgb& colour, double opacity = 1);
  void rounded(const Box& box, double radius, const Rgb& colour, double opacity = 1);
  void circle(double x, double y, double radius, const Rgb& colour, double opacity = 1);
  void ring(double x, double y, double radius, double width, const Rgb& colour, double opacity = 1);
  /// A star of many flat points, as on stickers.
  void sticker(double x, double y, double radius, int points, const Rgb& colour);
  void polygon(const double (*points)[2], int count, const Rgb& colour, double opacity = 1);
  /// From nothing at its top to `opacity` at its bottom.
  void shade(const Box& box, const Rgb& colour, double opacity);

  // What is drawn until restore() is kept to this shape, or turned about this point.
  void save();
  void clip_rounded(const Box& box, double radius);
  void clip_circle(double x, double y, double radius);
  void clip_polygon(const double (*points)[2], int count);
  void turn(double x, double y, double angle);
  void restore();

  /// Covers the box, cut at its sides.
  void picture(cairo_surface_t* picture, const Box& box);

  /// One paragraph in the middle of the box's height, never outside it. What does not fit at the
  /// smallest size ends with an ellipsis. Gives the height that was used.
  double text(std::string_view text, const Box& box, const TextStyle& style);
  /// How wide one line of it would be at the largest size.
  double text_width(std::string_view text, const TextStyle& style);

 private:
  struct ContextDeleter {
    void operator()(cairo_t* context) const { cairo_destroy(context); }
  };
  void ink(const Rgb& colour, double opacity);
  void path_polygon(const double (*points)[2], int count);
  void path_rounded(const Box& box, double radius);

  std::unique_ptr<cairo_t, ContextDeleter> context_;
};

/// Text as it is drawn: control characters and line breaks are spaces, what is no UTF-8 is left
/// out.
std::string drawable_text(std::string_view text);

}  // namespace tillcast::composer
