// What an advertisement of a product says: the words that are drawn on the picture, and the caption
// beside it. Also its form between the server and the process that draws. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "commerce/record.h"

namespace tillcast::commerce {

enum class PhotoKind : std::uint8_t { kNone, kWebp, kSvg };

/// An SVG is one that this program has written itself.
struct Photo {
  PhotoKind kind = PhotoKind::kNone;
  std::string bytes{};
};

struct Advertisement {
  /// Chooses the layout.
  std::string product_id{};
  std::string name{};
  /// As it is shown: `€4.50`.
  std::string price{};
  std::string category{};
  std::string shop{};
  std::string tagline{};
  /// The shop's colours, `#rrggbb`; empty for a shop that has none.
  std::string primary{};
  std::string accent{};
  std::string background{};
  Photo photo{};
};

Advertisement advertisement_of(const Record& product, const Record& shop, Photo photo);

/// A few sentences with name, price and shop, by one of some templates; the same product has the
/// same. At most as long as product.caption may be.
std::string caption_of(const Record& product, const Record& shop);

/// `€4.50`, `4.50 CHF`, `¥450`: minor units as ISO 4217 has them.
std::string price_text(std::int64_t minor, std::string_view currency);

/// A line of JSON, then the photo's bytes.
std::string write_advertisement(const Advertisement& advertisement);
/// Nothing for other bytes.
std::optional<Advertisement> read_advertisement(std::string_view bytes);

/// A number that depends on all of the text, the same on every machine (FNV-1a).
std::uint64_t stable_hash(std::string_view text);

}  // namespace tillcast::commerce
