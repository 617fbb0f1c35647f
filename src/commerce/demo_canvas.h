// A pen for the demo pictures: it writes flat SVG shapes into one string. It draws with plain
// elements only (no ids, no styles, no scripts, no references), so that a picture may be inlined
// any number of times into one page.
//
// Coordinates are whole units of the picture's view box, x to the right and y downwards. A canvas
// is owned and used by one caller; nothing is shared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tillcast::commerce {

/// A colour 0xRRGGBB and how much of it covers what lies below.
struct Ink {
  std::uint32_t rgb = 0;
  int opacity_percent = 100;

  // Implicit, because most inks are written as a plain 0xRRGGBB.
  constexpr Ink(std::uint32_t colour, int opacity = 100)  // NOLINT(google-explicit-constructor)
      : rgb(colour), opacity_percent(opacity) {}
};

/// `percent` of `other` in `colour`.
std::uint32_t mixed(std::uint32_t colour, std::uint32_t other, int percent);
/// Towards white, and towards a warm dark that keeps shadows from turning grey.
std::uint32_t lighter(std::uint32_t colour, int percent);
std::uint32_t darker(std::uint32_t colour, int percent);

/// "#rrggbb"
std::string colour_text(std::uint32_t rgb);

/// An ellipse around (x, y) with half axes `rx` and `ry`: where grains may fall.
struct Area {
  int x = 0;
  int y = 0;
  int rx = 0;
  int ry = 0;
};

/// Small strokes of one size: seeds, sugar, crumbs.
struct Grain {
  int length = 6;
  int width = 6;
  int apart = 0;  // least distance of two of them; 0 for just not touching
};

class Canvas {
 public:
  /// A rectangle from the top left corner.
  void box(int x, int y, int width, int height, int radius, Ink ink);
  void circle(int x, int y, int radius, Ink ink);
  void ellipse(int x, int y, int rx, int ry, Ink ink);
  /// A filled path; `path` is SVG path data.
  void shape(std::string_view path, Ink ink);
  /// A stroked path with round ends and joins.
  void line(std::string_view path, int width, Ink ink);
  /// A stroked path of dashes with flat ends, for example rows of keys.
  void dashes(std::string_view path, int width, std::string_view pattern, Ink ink);
  /// The outline of an ellipse.
  void ring(int x, int y, int rx, int ry, int width, Ink ink);
  /// Up to `count` grains scattered over `area`, none on top of another. The same area, count,
  /// length, distance and `pattern` number always give the same places.
  void grains(const Area& area, int count, Grain grain, Ink ink, int pattern);
  /// Words centred on (x, y) in a font family that every system has.
  void text(int x, int y, int size, std::string_view family, std::string_view words, Ink ink);

  /// What is drawn until the matching `close` is moved by an SVG transform.
  void open(std::string_view transform);
  void open_at(int x, int y, int degrees);
  void close();

  const std::string& body() const { return body_; }

 private:
  void begin(std::string_view element);
  void number(std::string_view name, int value);
  void path_data(std::string_view path);
  void paint(std::string_view name, Ink ink);

  std::string body_;
};

/// `words` with the five characters that XML reserves written as entities.
std::string escaped_xml(std::string_view words);

}  // namespace tillcast::commerce
