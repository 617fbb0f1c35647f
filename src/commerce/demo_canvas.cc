#include "commerce/demo_canvas.h"

#include <vector>

#include "commerce/demo_random.h"

namespace tillcast::commerce {
namespace {

constexpr std::uint32_t kShade = 0x2b1a24;

std::uint32_t mixed_channel(std::uint32_t from, std::uint32_t to, std::uint32_t percent) {
  return (from * (100 - percent) + to * percent + 50) / 100;
}

}  // namespace

std::uint32_t mixed(std::uint32_t colour, std::uint32_t other, int percent) {
  const auto part = static_cast<std::uint32_t>(percent);
  std::uint32_t result = 0;
  for (std::uint32_t shift = 0; shift <= 16; shift += 8) {
    result |= mixed_channel((colour >> shift) & 0xff, (other >> shift) & 0xff, part) << shift;
  }
  return result;
}

std::uint32_t lighter(std::uint32_t colour, int percent) {
  return mixed(colour, 0xffffff, percent);
}

std::uint32_t darker(std::uint32_t colour, int percent) { return mixed(colour, kShade, percent); }

std::string colour_text(std::uint32_t rgb) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4) text += kDigits[(rgb >> shift) & 0xf];
  return text;
}

void Canvas::begin(std::string_view element) {
  body_ += '<';
  body_ += element;
}

void Canvas::number(std::string_view name, int value) {
  body_ += ' ';
  body_ += name;
  body_ += "=\"" + std::to_string(value) + '"';
}

void Canvas::path_data(std::string_view path) {
  body_ += " d=\"";
  body_ += path;
  body_ += '"';
}

void Canvas::paint(std::string_view name, Ink ink) {
  body_ += ' ';
  body_ += name;
  body_ += "=\"" + colour_text(ink.rgb) + '"';
  if (ink.opacity_percent < 100) {
    const int tenths = ink.opacity_percent / 10;
    body_ += " opacity=\"." + std::to_string(tenths) + std::to_string(ink.opacity_percent % 10);
    body_ += '"';
  }
}

void Canvas::box(int x, int y, int width, int height, int radius, Ink ink) {
  begin("rect");
  number("x", x);
  number("y", y);
  number("width", width);
  number("height", height);
  if (radius > 0) number("rx", radius);
  paint("fill", ink);
  body_ += "/>";
}

void Canvas::circle(int x, int y, int radius, Ink ink) {
  begin("circle");
  number("cx", x);
  number("cy", y);
  number("r", radius);
  paint("fill", ink);
  body_ += "/>";
}

void Canvas::ellipse(int x, int y, int rx, int ry, Ink ink) {
  begin("ellipse");
  number("cx", x);
  number("cy", y);
  number("rx", rx);
  number("ry", ry);
  paint("fill", ink);
  body_ += "/>";
}

void Canvas::shape(std::string_view path, Ink ink) {
  begin("path");
  path_data(path);
  paint("fill", ink);
  body_ += "/>";
}

void Canvas::line(std::string_view path, int width, Ink ink) {
  begin("path");
  path_data(path);
  body_ += " fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";
  number("stroke-width", width);
  paint("stroke", ink);
  body_ += "/>";
}

void Canvas::dashes(std::string_view path, int width, std::string_view pattern, Ink ink) {
  begin("path");
  path_data(path);
  body_ += " fill=\"none\" stroke-dasharray=\"";
  body_ += pattern;
  body_ += '"';
  number("stroke-width", width);
  paint("stroke", ink);
  body_ += "/>";
}

void Canvas::ring(int x, int y, int rx, int ry, int width, Ink ink) {
  begin("ellipse");
  number("cx", x);
  number("cy", y);
  number("rx", rx);
  number("ry", ry);
  body_ += " fill=\"none\"";
  number("stroke-width", width);
  paint("stroke", ink);
  body_ += "/>";
}

void Canvas::grains(const Area& area, int count, Grain grain, Ink ink, int pattern) {
  struct Place {
    int x;
    int y;
  };
  DemoRandom random(static_cast<std::uint64_t>(pattern));
  std::vector<Place> taken;
  std::string path;
  const int apart = grain.apart > 0 ? grain.apart : grain.length + grain.width + 3;
  // Ten tries a grain: a crowded area simply gets fewer of them.
  for (int tries = count * 10; tries > 0 && static_cast<int>(taken.size()) < count; --tries) {
    const Place place{random.between(-area.rx, area.rx), random.between(-area.ry, area.ry)};
    const int turn_x = random.between(-grain.length, grain.length);
    const int turn_y = (grain.length - (turn_x < 0 ? -turn_x : turn_x)) | 1;
    const std::int64_t across = std::int64_t{place.x} * place.x * area.ry * area.ry;
    const std::int64_t along = std::int64_t{place.y} * place.y * area.rx * area.rx;
    const std::int64_t edge = std::int64_t{area.rx} * area.rx * area.ry * area.ry;
    bool free = across + along <= edge;
    for (const Place& other : taken) {
      const int dx = other.x - place.x;
      const int dy = other.y - place.y;
      if (dx * dx + dy * dy < apart * apart) free = false;
    }
    if (!free) continue;
    taken.push_back(place);
    path += 'M' + std::to_string(area.x + place.x) + ' ' + std::to_string(area.y + place.y);
    path += 'l' + std::to_string(turn_x) + ' ' + std::to_string(turn_y);
  }
  line(path, grain.width, ink);
}

void Canvas::text(int x, int y, int size, std::string_view family, std::string_view words,
                  Ink ink) {
  begin("text");
  number("x", x);
  number("y", y);
  number("font-size", size);
  body_ += " font-weight=\"bold\" text-anchor=\"middle\" font-family=\"";
  body_ += escaped_xml(family);
  body_ += '"';
  paint("fill", ink);
  body_ += '>' + escaped_xml(words) + "</text>";
}

void Canvas::open(std::string_view transform) {
  body_ += "<g transform=\"";
  body_ += transform;
  body_ += "\">";
}

void Canvas::open_at(int x, int y, int degrees) {
  std::string transform = "translate(" + std::to_string(x) + ' ' + std::to_string(y) + ')';
  if (degrees != 0) transform += "rotate(" + std::to_string(degrees) + ')';
  open(transform);
}

void Canvas::close() { body_ += "</g>"; }

std::string escaped_xml(std::string_view words) {
  std::string text;
  for (const char letter : words) {
    switch (letter) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&apos;";
        break;
      default:
        // XML has no way to write the other control characters, so they are left out.
        if (static_cast<unsigned char>(letter) >= 0x20) text += letter;
    }
  }
  return text;
}

}  // namespace tillcast::commerce
