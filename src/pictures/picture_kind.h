// What bytes are, told by themselves: a name or a header that comes with them is not believed.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tillcast::pictures {

/// The formats that are taken in.
enum class PictureKind : std::uint8_t { kJpeg, kPng, kWebp };

/// By the first bytes (JPEG: ISO/IEC 10918-1 B.1.1.3; PNG: PNG specification 5.2; WebP: RFC 9649
/// section 2.4). Nothing for all others, SVG and GIF among them. That they go on as such a file is
/// for the decoder to find out.
std::optional<PictureKind> picture_kind(std::string_view bytes);

}  // namespace tillcast::pictures
