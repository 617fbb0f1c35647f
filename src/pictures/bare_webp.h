// A WebP file without anything but its picture (RFC 9649). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tillcast::pictures {

/// The file with the chunks of one still picture alone (VP8, VP8L, ALPH, and VP8X where there is
/// opacity): no EXIF, XMP, colour profile, animation or chunk of a name unknown. Nothing for what
/// is no whole WebP file of one still picture, or has something behind its end.
std::optional<std::string> bare_webp(std::string_view bytes);

}  // namespace tillcast::pictures
