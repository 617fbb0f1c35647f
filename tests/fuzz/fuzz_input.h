// What the fuzz targets share: a check that ends the program, and choices taken from the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tillcast::fuzz {

/// An invariant. libFuzzer keeps the input that breaks it.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// The input: its first bytes are choices, the rest is what is decoded.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  /// A number from 0 to 255; 0 at the end of the input.
  std::size_t choose() {
    if (rest_.empty()) return 0;
    const auto choice = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return choice;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace tillcast::fuzz
