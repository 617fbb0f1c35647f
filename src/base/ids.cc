#include "base/ids.h"

#include <algorithm>
#include <charconv>

namespace tillcast {

std::string Position::to_string() const { return epoch + ":" + std::to_string(lsn.get()); }

std::optional<Position> Position::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 32) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::uint64_t lsn = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), lsn);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) {
    return std::nullopt;
  }
  return Position{std::string(text.substr(0, colon)), Lsn{lsn}};
}

std::string IdSource::next(std::int64_t unix_ms) {
  // 60 random bits a millisecond, then counting up, so that ids of one burst keep their order.
  constexpr std::uint64_t kTailMask = (1ULL << 60) - 1;
  std::uint64_t tail = 0;
  std::int64_t ms = 0;
  {
    const std::lock_guard lock(mutex_);
    if (unix_ms > last_ms_) {
      last_ms_ = unix_ms;
      tail_ = random_.u64() & (kTailMask >> 1);
    } else if (++tail_ > kTailMask) {
      ++last_ms_;
      tail_ = 0;
    }
    tail = tail_;
    ms = last_ms_;
  }
  static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id(kIdLength, '0');
  auto time = static_cast<std::uint64_t>(ms);
  for (std::size_t i = 10; i-- > 0; time >>= 5) id[i] = kAlphabet[time & 31U];
  for (std::size_t i = kIdLength; i-- > 10; tail >>= 5) id[i] = kAlphabet[tail & 31U];
  return id;
}

bool looks_like_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  });
}

}  // namespace tillcast
