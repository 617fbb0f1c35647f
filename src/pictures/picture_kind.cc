#include "pictures/picture_kind.h"

namespace tillcast::pictures {

std::optional<PictureKind> picture_kind(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return PictureKind::kJpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return PictureKind::kPng;
  if (bytes.size() >= 16 && bytes.starts_with("RIFF"sv) && bytes.substr(8, 7) == "WEBPVP8"sv) {
    return PictureKind::kWebp;
  }
  return std::nullopt;
}

}  // namespace tillcast::pictures
