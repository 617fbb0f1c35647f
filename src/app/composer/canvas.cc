#include "app/composer/canvas.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace tillcast::composer {

constexpr double kTurn = 2 * std::numbers::pi;

Surface make_surface(int width, int height) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    throw std::runtime_error("there is no memory for a picture");
  }
  return surface;
}

Surface scaled(cairo_surface_t* surface, int side) {
  Surface small = make_surface(side, side);
  const double width = cairo_image_surface_get_width(surface);
  const double height = cairo_image_surface_get_height(surface);
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context(cairo_create(small.get()),
                                                                   cairo_destroy);
  cairo_scale(context.get(), side / width, side / height);
  cairo_set_source_surface(context.get(), surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(context.get()), CAIRO_FILTER_BEST);
  cairo_pattern_set_extend(cairo_get_source(context.get()), CAIRO_EXTEND_PAD);
  cairo_paint(context.get());
  return small;
}

Canvas::Canvas(cairo_surface_t* surface) : context_(cairo_create(surface)) {}

void Canvas::ink(const Rgb& colour, double opacity) {
  cairo_set_source_rgba(context_.get(), colour.red, colour.green, colour.blue, opacity);
}

void Canvas::fill(const Rgb& colour) {
  ink(colour, 1);
  cairo_paint(context_.get());
}

void Canvas::rectangle(const Box& box, const Rgb& colour, double opacity) {
  ink(colour, opacity);
  cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
  cairo_fill(context_.get());
}

void Canvas::path_rounded(const Box& box, double radius) {
  cairo_t* const at = context_.get();
  cairo_new_path(at);
  cairo_arc(at, box.x + box.width - radius, box.y + radius, radius, -kTurn / 4, 0);
  cairo_arc(at, box.x + box.width - radius, box.y + box.height - radius, radius, 0, kTurn / 4);
  cairo_arc(at, box.x + radius, box.y + box.height - radius, radius, kTurn / 4, kTurn / 2);
  cairo_arc(at, box.x + radius, box.y + radius, radius, kTurn / 2, kTurn * 3 / 4);
  cairo_close_path(at);
}

void Canvas::rounded(const Box& box, double radius, const Rgb& colour, double opacity) {
  ink(colour, opacity);
  path_rounded(box, radius);
  cairo_fill(context_.get());
}

void Canvas::circle(double x, double y, double radius, const Rgb& colour, double opacity) {
  ink(colour, opacity);
  cairo_new_sub_path(context_.get());
  cairo_arc(context_.get(), x, y, radius, 0, kTurn);
  cairo_fill(context_.get());
}

void Canvas::ring(double x, double y, double radius, double width, const Rgb& colour,
                  double opacity) {
  ink(colour, opacity);
  cairo_set_line_width(context_.get(), width);
  cairo_new_sub_path(context_.get());
  cairo_arc(context_.get(), x, y, radius, 0, kTurn);
  cairo_stroke(context_.get());
}

void Canvas::sticker(double x, double y, double radius, int points, const Rgb& colour) {
  ink(colour, 1);
  cairo_new_path(context_.get());
  for (int i = 0; i < 2 * points; ++i) {
    const double angle = kTurn * i / (2 * points);
    const double reach = i % 2 == 0 ? radius : radius * 0.9;
    cairo_line_to(context_.get(), x + reach * std::cos(angle), y + reach * std::sin(angle));
  }
  cairo_close_path(context_.get());
  cairo_fill(context_.get());
}

void Canvas::path_polygon(const double (*points)[2], int count) {
  cairo_new_path(context_.get());
  for (int i = 0; i < count; ++i) cairo_line_to(context_.get(), points[i][0], points[i][1]);
  cairo_close_path(context_.get());
}

void Canvas::polygon(const double (*points)[2], int count, const Rgb& colour, double opacity) {
  ink(colour, opacity);
  path_polygon(points, count);
  cairo_fill(context_.get());
}

void Canvas::shade(const Box& box, const Rgb& colour, double opacity) {
  const std::unique_ptr<cairo_pattern_t, decltype(&cairo_pattern_destroy)> pattern(
      cairo_pattern_create_linear(0, box.y, 0, box.y + box.height), cairo_pattern_destroy);
  for (int i = 0; i <= 8; ++i) {
    const double part = i / 8.0;
    const double eased = part * part * (3 - 2 * part);
    cairo_pattern_add_color_stop_rgba(pattern.get(), part, colour.red, colour.green, colour.blue,
                                      opacity * eased);
  }
  cairo_set_source(context_.get(), pattern.get());
  cairo_rectangle(context_.get(), box.x, box.y, box.width, box.height);
  cairo_fill(context_.get());
}

void Canvas::save() { cairo_save(context_.get()); }
void Canvas::restore() { cairo_restore(context_.get()); }

void Canvas::clip_rounded(const Box& box, double radius) {
  path_rounded(box, radius);
  cairo_clip(context_.get());
}

void Canvas::clip_circle(double x, double y, double radius) {
  cairo_new_sub_path(context_.get());
  cairo_arc(context_.get(), x, y, radius, 0, kTurn);
  cairo_clip(context_.get());
}

void Canvas::clip_polygon(const double (*points)[2], int count) {
  path_polygon(points, count);
  cairo_clip(context_.get());
}

void Canvas::turn(double x, double y, double angle) {
  cairo_translate(context_.get(), x, y);
  cairo_rotate(context_.get(), angle);
  cairo_translate(context_.get(), -x, -y);
}

void Canvas::picture(cairo_surface_t* picture, const Box& box) {
  const double width = cairo_image_surface_get_width(picture);
  const double height = cairo_image_surface_get_height(picture);
  if (width < 1 || height < 1) return;
  const double scale = std::max(box.width / width, box.height / height);
  cairo_t* const at = context_.get();
  cairo_save(at);
  cairo_rectangle(at, box.x, box.y, box.width, box.height);
  cairo_clip(at);
  cairo_translate(at, box.x + (box.width - width * scale) / 2,
                  box.y + (box.height - height * scale) / 2);
  cairo_scale(at, scale, scale);
  cairo_set_source_surface(at, picture, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(at), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(at), CAIRO_EXTEND_PAD);
  cairo_paint(at);
  cairo_restore(at);
}

}  // namespace tillcast::composer
