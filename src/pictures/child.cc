#include "pictures/child.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>

#include "base/limits.h"
#include "pictures/sandbox.h"
#include "pictures/vips.h"

namespace tillcast::pictures {

namespace {

constexpr ProcessLimits kLimits{limits::kPictureMemoryBytesMax, limits::kPictureMsMax,
                                limits::kPictureResultBytesMax};

/// One byte more than the limit, so that what is too long is known.
std::string read_source() {
  std::string source;
  source.resize(limits::kPictureBytesMax + 1);
  std::size_t size = 0;
  while (size < source.size()) {
    const auto taken = read(STDIN_FILENO, source.data() + size, source.size() - size);
    if (taken <= 0) break;
    size += static_cast<std::size_t>(taken);
  }
  source.resize(size);
  return source;
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

ChildStatus status_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNotAPicture:
      return ChildStatus::kNotAPicture;
    case Refusal::kTooManyPixels:
      return ChildStatus::kTooManyPixels;
    case Refusal::kDamaged:
      break;
  }
  return ChildStatus::kDamaged;
}

ChildStatus unavailable(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return ChildStatus::kUnavailable;
}

ChildStatus shrink_input() {
  // Nobody waits for it once its parent is gone, and if memory runs out it is the one to go.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::ofstream("/proc/self/oom_score_adj") << 1000;
  const auto vips = Vips::load();
  if (!vips) return unavailable(vips.error());
  if (!enter_sandbox(kLimits))
    return unavailable("the kernel does not let a process shut itself in");
  const std::string source = read_source();
  if (source.size() > limits::kPictureBytesMax) return ChildStatus::kNotAPicture;
  const auto shrunk = vips->shrink(source);
  if (!shrunk) return status_of(shrunk.error());
  return write_all(*shrunk) ? ChildStatus::kDone : ChildStatus::kDamaged;
}

}  // namespace

int run_child() {
  const ChildStatus status = shrink_input();
  // Nothing of what a picture may have done to this process runs any more.
  _exit(static_cast<int>(status));
}

}  // namespace tillcast::pictures
