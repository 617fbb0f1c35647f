#include "realtime/recovery_store.h"

#include <charconv>

namespace tillcast::realtime {

namespace {

/// The whole text as a number.
template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

constexpr std::size_t kEpochLengthMax = 32;

}  // namespace

std::string Offset::to_string() const {
  return epoch + ':' + std::to_string(place.lsn) + ':' + std::to_string(place.index);
}

std::optional<Offset> Offset::parse(std::string_view text) {
  const auto first = text.find(':');
  const auto second = text.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  if (first == 0 || first > kEpochLengthMax) return std::nullopt;
  Offset offset{std::string(text.substr(0, first)), {}};
  if (!read_number(text.substr(first + 1, second - first - 1), offset.place.lsn) ||
      !read_number(text.substr(second + 1), offset.place.index)) {
    return std::nullopt;
  }
  // A place has one text alone: "1:07" was never given.
  if (offset.to_string() != text) return std::nullopt;
  return offset;
}

}  // namespace tillcast::realtime
