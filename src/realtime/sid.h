// Ids of sessions and sockets.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tillcast::realtime {

/// Length of session and socket ids.
inline constexpr std::size_t kSidLength = 20;

/// One of them, inside the object that it names: base64url of which most is random.
class Sid {
 public:
  Sid() = default;
  /// Of a text of that length.
  explicit Sid(std::string_view text) { std::copy_n(text.data(), kSidLength, characters_.data()); }
  [[nodiscard]] std::string_view view() const { return {characters_.data(), kSidLength}; }

 private:
  std::array<char, kSidLength> characters_{};
};

}  // namespace tillcast::realtime
