#include "protocol/public_address.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tillcast::protocol {
namespace {

using Bytes = std::span<const unsigned char>;

struct Prefix {
  std::array<unsigned char, 4> bytes;
  int bits;
};

constexpr std::array kNotPublicV4 = {
    Prefix{{0, 0, 0, 0}, 8},      Prefix{{10, 0, 0, 0}, 8},     Prefix{{100, 64, 0, 0}, 10},
    Prefix{{127, 0, 0, 0}, 8},    Prefix{{169, 254, 0, 0}, 16}, Prefix{{172, 16, 0, 0}, 12},
    Prefix{{192, 0, 0, 0}, 24},   Prefix{{192, 0, 2, 0}, 24},   Prefix{{192, 88, 99, 0}, 24},
    Prefix{{192, 168, 0, 0}, 16}, Prefix{{198, 18, 0, 0}, 15},  Prefix{{198, 51, 100, 0}, 24},
    Prefix{{203, 0, 113, 0}, 24}, Prefix{{224, 0, 0, 0}, 4},    Prefix{{240, 0, 0, 0}, 4},
};

/// Within 2000::/3, which is all that is given out: protocols of the IETF (Teredo is one),
/// documentation, 6to4.
constexpr std::array kNotPublicV6 = {
    Prefix{{0x20, 0x01, 0x00, 0x00}, 23},
    Prefix{{0x20, 0x01, 0x0d, 0xb8}, 32},
    Prefix{{0x20, 0x02, 0x00, 0x00}, 16},
    Prefix{{0x3f, 0xff, 0x00, 0x00}, 20},
};
constexpr Prefix kGivenOutV6{{0x20, 0, 0, 0}, 3};

bool begins_with(Bytes address, const Prefix& prefix) {
  for (int bit = 0; bit < prefix.bits; bit += 8) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const int rest = std::min(8, prefix.bits - bit);
    const auto mask = static_cast<unsigned char>(0xFF << (8 - rest));
    if ((address[at] & mask) != (prefix.bytes[at] & mask)) return false;
  }
  return true;
}

template <class Prefixes>
bool begins_with_any(Bytes address, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const Prefix& prefix) { return begins_with(address, prefix); });
}

}  // namespace

bool is_public_address(Bytes address) {
  if (address.size() == 4) return !begins_with_any(address, kNotPublicV4);
  return address.size() == 16 && begins_with(address, kGivenOutV6) &&
         !begins_with_any(address, kNotPublicV6);
}

}  // namespace tillcast::protocol
