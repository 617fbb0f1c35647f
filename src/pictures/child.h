// The child process: the same program, started once for each picture. It takes the picture from its
// standard input and writes what result_format.h says to its standard output, from within the
// sandbox.
#pragma once

#include <string_view>

namespace tillcast::pictures {

/// The word that starts it; it is in no help, as nobody types it.
inline constexpr std::string_view kChildVerb = "picture-child";

/// How it ends.
enum class ChildStatus : int {
  kDone = 0,
  kNotAPicture = 10,
  kTooManyPixels = 11,
  kDamaged = 12,
  /// libvips or the sandbox is not to be had; the reason is on standard error.
  kUnavailable = 13,
};

/// The exit status. Reads nothing before it is in the sandbox.
int run_child();

}  // namespace tillcast::pictures
