// Canvas::text(): paragraphs by Pango, which knows scripts, directions and fonts.
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>

#include "app/composer/canvas.h"

namespace tillcast::composer {
namespace {

/// The first of these that is installed; Pango finds other fonts for scripts that it lacks.
constexpr const char* kFamilies = "Lato, Noto Sans, DejaVu Sans, sans-serif";

struct ObjectDeleter {
  void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, ObjectDeleter>;

PangoWeight weight_of(Weight weight) {
  switch (weight) {
    case Weight::kRegular:
      return PANGO_WEIGHT_NORMAL;
    case Weight::kBold:
      return PANGO_WEIGHT_BOLD;
    case Weight::kHeavy:
      return PANGO_WEIGHT_HEAVY;
  }
  return PANGO_WEIGHT_NORMAL;
}

void set_size(PangoLayout* layout, const TextStyle& style, double size) {
  const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font(
      pango_font_description_new(), pango_font_description_free);
  pango_font_description_set_family_static(font.get(), kFamilies);
  pango_font_description_set_weight(font.get(), weight_of(style.weight));
  pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font.get());
}

Layout make_layout(cairo_t* context, std::string_view text, const TextStyle& style) {
  Layout layout(pango_cairo_create_layout(context));
  const std::string shown = drawable_text(text);
  // As it is: nothing in it is markup.
  pango_layout_set_text(layout.get(), shown.data(), static_cast<int>(shown.size()));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout.get(),
                             style.align == Align::kCentre ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
  pango_layout_set_line_spacing(layout.get(), 0.92F);
  if (style.spacing > 0) {
    PangoAttrList* const attributes = pango_attr_list_new();
    pango_attr_list_insert(
        attributes, pango_attr_letter_spacing_new(static_cast<int>(style.spacing * PANGO_SCALE)));
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
  }
  return layout;
}

struct Extents {
  double width;
  double height;
};

Extents extents(PangoLayout* layout) {
  int width = 0;
  int height = 0;
  pango_layout_get_pixel_size(layout, &width, &height);
  return {static_cast<double>(width), static_cast<double>(height)};
}

/// Whether a word had to be cut to stay inside the width.
bool cuts_words(PangoLayout* layout) {
  const int lines = pango_layout_get_line_count(layout);
  const char* const text = pango_layout_get_text(layout);
  for (int i = 1; i < lines; ++i) {
    const PangoLayoutLine* const line = pango_layout_get_line_readonly(layout, i);
    if (line->start_index > 0 && text[line->start_index - 1] != ' ' &&
        text[line->start_index - 1] != '-') {
      return true;
    }
  }
  return false;
}

/// The largest size at which it fits, words whole if they can be; then as much as fits.
void fit(PangoLayout* layout, const Box& box, const TextStyle& style) {
  pango_layout_set_width(layout, static_cast<int>(box.width * PANGO_SCALE));
  for (double size = style.size_max; size >= style.size_min; size = std::floor(size * 0.94)) {
    set_size(layout, style, size);
    if (pango_layout_get_line_count(layout) <= style.lines_max &&
        extents(layout).height <= box.height && !cuts_words(layout)) {
      return;
    }
  }
  set_size(layout, style, style.size_min);
  pango_layout_set_height(layout, -style.lines_max);
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
}

}  // namespace

double Canvas::text(std::string_view text, const Box& box, const TextStyle& style) {
  const Layout layout = make_layout(context_.get(), text, style);
  fit(layout.get(), box, style);
  const double height = extents(layout.get()).height;
  cairo_save(context_.get());
  // Marks above and below letters may pile up without an end.
  cairo_rectangle(context_.get(), box.x - 12, box.y - 12, box.width + 24, box.height + 24);
  cairo_clip(context_.get());
  ink(style.colour, 1);
  cairo_move_to(context_.get(), box.x, box.y + std::max(0.0, (box.height - height) / 2));
  pango_cairo_show_layout(context_.get(), layout.get());
  cairo_restore(context_.get());
  cairo_new_path(context_.get());
  return std::min(height, box.height);
}

double Canvas::text_width(std::string_view text, const TextStyle& style) {
  const Layout layout = make_layout(context_.get(), text, style);
  set_size(layout.get(), style, style.size_max);
  return extents(layout.get()).width;
}

std::string drawable_text(std::string_view text) {
  gchar* const valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
  std::string shown;
  for (const char* at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
    const gunichar point = g_utf8_get_char(at);
    const bool breaks = g_unichar_iscntrl(point) || point == 0x2028 || point == 0x2029;
    if (breaks) {
      if (!shown.empty() && shown.back() != ' ') shown += ' ';
    } else {
      shown.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
  }
  g_free(valid);
  return shown;
}

}  // namespace tillcast::composer
