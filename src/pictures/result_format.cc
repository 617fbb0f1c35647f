#include "pictures/result_format.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "pictures/bare_webp.h"

namespace tillcast::pictures {

namespace {

/// A number and the character behind it, taken off the front.
std::optional<std::int64_t> take_number(std::string_view& bytes, char end) {
  std::int64_t number = 0;
  const char* const last = bytes.data() + bytes.size();
  const auto [at, error] = std::from_chars(bytes.data(), last, number);
  if (error != std::errc() || at == last || *at != end || number <= 0) return std::nullopt;
  bytes.remove_prefix(static_cast<std::size_t>(at - bytes.data()) + 1);
  return number;
}

std::string hash_of(const std::vector<Picture>& sizes) {
  std::string all;
  for (const Picture& picture : sizes) append_picture(all, picture.size, picture.webp);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(all.data(), all.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace

void append_picture(std::string& out, std::int64_t size, std::string_view webp) {
  out.append(std::to_string(size)).append(" ").append(std::to_string(webp.size())).append("\n");
  out.append(webp);
}

std::optional<PictureSet> parse_pictures(std::string_view bytes) {
  PictureSet set;
  auto next = kSizes.begin();
  while (!bytes.empty()) {
    const auto size = take_number(bytes, ' ');
    const auto length = size ? take_number(bytes, '\n') : std::nullopt;
    if (!length || static_cast<std::uint64_t>(*length) > bytes.size()) return std::nullopt;
    const auto place = std::find(next, kSizes.end(), *size);
    if (place == kSizes.end() || (set.sizes.empty() && place != kSizes.begin()))
      return std::nullopt;
    next = place + 1;
    const std::string_view webp = bytes.substr(0, static_cast<std::size_t>(*length));
    if (bare_webp(webp) != webp) return std::nullopt;
    set.sizes.push_back({*size, std::string(webp)});
    bytes.remove_prefix(webp.size());
  }
  if (set.sizes.empty()) return std::nullopt;
  set.hash = hash_of(set.sizes);
  return set;
}

}  // namespace tillcast::pictures
