// A picture as it is kept and served: WebP in a few sizes. Values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tillcast::pictures {

/// The sides of the squares that a picture is made to fit into. It is never made larger.
inline constexpr std::array<std::int64_t, 3> kSizes = {320, 640, 1280};

struct Picture {
  /// One of kSizes.
  std::int64_t size = 0;
  std::string webp{};
};

struct PictureSet {
  /// Names the bytes of all sizes: their SHA-256 in 64 hexadecimal digits.
  std::string hash{};
  /// The smallest first. A size that would be the same as the one before it is left out, so a
  /// small picture has fewer; there is always the first.
  std::vector<Picture> sizes{};
};

}  // namespace tillcast::pictures
