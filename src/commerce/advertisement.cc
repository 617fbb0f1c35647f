#include "commerce/advertisement.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "commerce/fields.h"
#include "commerce/json_text.h"

namespace tillcast::commerce {
namespace {

constexpr std::size_t kCaptionBytesMax = 1'000;

struct Currency {
  std::string_view code;
  std::string_view sign;
  int decimals;
};
/// Those with a sign of their own, and those without hundredths.
constexpr std::array kCurrencies = {
    Currency{"EUR", "€", 2}, Currency{"USD", "$", 2}, Currency{"GBP", "£", 2},
    Currency{"INR", "₹", 2}, Currency{"JPY", "¥", 0}, Currency{"KRW", "₩", 0},
    Currency{"CLP", "", 0},  Currency{"ISK", "", 0},  Currency{"VND", "", 0},
    Currency{"XAF", "", 0},  Currency{"XOF", "", 0},  Currency{"RWF", "", 0},
    Currency{"BHD", "", 3},  Currency{"KWD", "", 3},  Currency{"OMR", "", 3},
    Currency{"TND", "", 3},  Currency{"JOD", "", 3},
};

/// `{name}`, `{price}`, `{shop}`, `{category}` are replaced.
constexpr std::array<std::string_view, 8> kCaptions = {
    "New at {shop}: {name}. Yours for {price}.",
    "{name} for {price}. Come by {shop} and see for yourself.",
    "Treat yourself: {name}, now {price} at {shop}.",
    "Our pick of the day is {name}. {price}, only at {shop}.",
    "{shop} presents {name}. {price}, while stocks last.",
    "Have you met {name}? {price} at {shop}.",
    "Looking for something from {category}? {name} is {price} at {shop}.",
    "{category} that we love: {name}. Get it for {price} at {shop}.",
};
constexpr std::size_t kCaptionsWithoutCategory = 6;  // the first ones do without

std::string filled(std::string_view pattern, const Record& product, const Record& shop) {
  std::string text;
  const std::array<std::pair<std::string_view, std::string>, 4> values = {{
      {"{name}", product.text(product::kName)},
      {"{price}", price_text(product.integer(product::kPriceMinor), shop.text(shop::kCurrency))},
      {"{shop}", shop.text(shop::kName)},
      {"{category}", product.text(product::kCategory)},
  }};
  // Piece by piece, so that braces in a name mean nothing.
  while (!pattern.empty()) {
    const auto known = std::find_if(values.begin(), values.end(), [&](const auto& value) {
      return pattern.starts_with(value.first);
    });
    if (known == values.end()) {
      text += pattern.front();
      pattern.remove_prefix(1);
    } else {
      text += known->second;
      pattern.remove_prefix(known->first.size());
    }
  }
  return text;
}

std::string hashtag(std::string_view name) {
  std::string tag;
  for (const char c : name) {
    const bool is_word = static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_word) tag += c;
  }
  return tag.empty() ? tag : '#' + tag;
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string colour(const Record& shop, std::string_view name) {
  if (!shop.has(shop::kColours)) return {};
  boost::system::error_code error;
  const auto parsed = boost::json::parse(shop.text(shop::kColours), error);
  return error || !parsed.is_object() ? std::string() : text_member(parsed.get_object(), name);
}

}  // namespace

Advertisement advertisement_of(const Record& product, const Record& shop, Photo photo) {
  return {product.id(),
          product.text(product::kName),
          price_text(product.integer(product::kPriceMinor), shop.text(shop::kCurrency)),
          product.text(product::kCategory),
          shop.text(shop::kName),
          shop.text(shop::kTagline),
          colour(shop, "primary"),
          colour(shop, "accent"),
          colour(shop, "background"),
          std::move(photo)};
}

std::string caption_of(const Record& product, const Record& shop) {
  const std::size_t count =
      product.text(product::kCategory).empty() ? kCaptionsWithoutCategory : kCaptions.size();
  std::string text = filled(kCaptions[stable_hash(product.id()) % count], product, shop);
  for (const std::string& tag :
       {hashtag(shop.text(shop::kName)), hashtag(product.text(product::kCategory))}) {
    if (!tag.empty() && text.size() + 1 + tag.size() <= kCaptionBytesMax) text += ' ' + tag;
  }
  return text;
}

std::string price_text(std::int64_t minor, std::string_view currency) {
  const auto known = std::find_if(kCurrencies.begin(), kCurrencies.end(),
                                  [&](const Currency& each) { return each.code == currency; });
  const int decimals = known == kCurrencies.end() ? 2 : known->decimals;
  std::string digits = std::to_string(minor);
  if (decimals > 0) {
    const auto least = static_cast<std::size_t>(decimals) + 1;
    if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
  }
  if (known != kCurrencies.end() && !known->sign.empty()) return std::string(known->sign) + digits;
  return digits.append(" ").append(currency);
}

std::string write_advertisement(const Advertisement& advertisement) {
  std::string bytes = JsonObject()
                          .text("product_id", advertisement.product_id)
                          .text("name", advertisement.name)
                          .text("price", advertisement.price)
                          .text("category", advertisement.category)
                          .text("shop", advertisement.shop)
                          .text("tagline", advertisement.tagline)
                          .text("primary", advertisement.primary)
                          .text("accent", advertisement.accent)
                          .text("background", advertisement.background)
                          .integer("photo", static_cast<std::int64_t>(advertisement.photo.kind))
                          .finish();
  return bytes.append("\n").append(advertisement.photo.bytes);
}

std::optional<Advertisement> read_advertisement(std::string_view bytes) {
  // Text in JSON has no bare line break, so the first one is the line's end.
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  boost::system::error_code error;
  const auto parsed = boost::json::parse(bytes.substr(0, end), error);
  if (error || !parsed.is_object()) return std::nullopt;
  const auto& object = parsed.get_object();
  const auto* kind = object.if_contains("photo");
  if (kind == nullptr || !kind->is_int64()) return std::nullopt;
  Photo photo;
  if (kind->get_int64() == static_cast<std::int64_t>(PhotoKind::kWebp)) {
    photo.kind = PhotoKind::kWebp;
  } else if (kind->get_int64() == static_cast<std::int64_t>(PhotoKind::kSvg)) {
    photo.kind = PhotoKind::kSvg;
  }
  photo.bytes = bytes.substr(end + 1);
  return Advertisement{text_member(object, "product_id"), text_member(object, "name"),
                       text_member(object, "price"),      text_member(object, "category"),
                       text_member(object, "shop"),       text_member(object, "tagline"),
                       text_member(object, "primary"),    text_member(object, "accent"),
                       text_member(object, "background"), std::move(photo)};
}

std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash ^ hash >> 29;
}

}  // namespace tillcast::commerce
