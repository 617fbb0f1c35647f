#include "realtime/memberships.h"

#include <algorithm>

namespace tillcast::realtime {

void Memberships::grow() {
  auto* const more = new Membership[capacity_ * 2U];
  std::copy_n(data(), size_, more);
  if (capacity_ > kFew) delete[] many_;
  many_ = more;
  capacity_ = static_cast<std::uint16_t>(capacity_ * 2U);
}

}  // namespace tillcast::realtime
