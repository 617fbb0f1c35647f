// What the child writes and its parent reads: for each size a line `SIZE BYTES`, then the bytes.
// The parent believes none of it, because the child has decoded what a stranger sent. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pictures/picture.h"

namespace tillcast::pictures {

void append_picture(std::string& out, std::int64_t size, std::string_view webp);

/// The set with its hash. Nothing unless it is some of kSizes in their order, the first among them,
/// each a bare WebP (bare_webp.h), with nothing around them.
std::optional<PictureSet> parse_pictures(std::string_view bytes);

}  // namespace tillcast::pictures
