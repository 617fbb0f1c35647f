// The product's photo as pixels, and pictures as WebP. One thread.
#pragma once

#include <string>

#include "app/composer/canvas.h"
#include "commerce/advertisement.h"

namespace tillcast::composer {

/// Null if there is none, or it cannot be read: then the advertisement goes without. A WebP is
/// decoded in a sandbox (pictures/sandbox.h), which needs that this process has no threads yet:
/// call it before anything is drawn.
Surface load_photo(const commerce::Photo& photo);

/// The picture as WebP. Throws std::runtime_error.
std::string encode_webp(cairo_surface_t* surface);

}  // namespace tillcast::composer
