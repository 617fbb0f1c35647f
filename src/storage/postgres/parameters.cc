#include "storage/postgres/parameters.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace tillcast::storage {
namespace {

constexpr std::ptrdiff_t kNull = -1;
constexpr std::size_t kParametersMax = std::numeric_limits<std::int16_t>::max();

}  // namespace

void TextParameters::set(std::span<const Value> values) {
  if (values.size() > kParametersMax) throw StorageFailure("too many parameters");
  bytes_.clear();
  starts_.clear();
  for (const Value& value : values) {
    if (std::holds_alternative<std::monostate>(value)) {
      starts_.push_back(kNull);
      continue;
    }
    starts_.push_back(static_cast<std::ptrdiff_t>(bytes_.size()));
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      std::array<char, 24> digits;
      bytes_.append(digits.data(), std::to_chars(digits.begin(), digits.end(), *number).ptr);
    } else {
      append(std::get<std::string_view>(value));
    }
    bytes_ += '\0';
  }
}

std::span<const char* const> TextParameters::all() {
  pointers_.clear();
  for (const std::ptrdiff_t start : starts_) {
    pointers_.push_back(start == kNull ? nullptr : bytes_.data() + start);
  }
  return pointers_;
}

void TextParameters::append(std::string_view text) {
  for (;;) {
    const std::size_t zero = text.find('\0');
    bytes_ += text.substr(0, zero);
    if (zero == std::string_view::npos) return;
    bytes_ += "\uFFFD";
    text.remove_prefix(zero + 1);
  }
}

}  // namespace tillcast::storage
