// The version that `tillcast --version` prints.
#pragma once

#include <string_view>

namespace tillcast::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace tillcast::app
