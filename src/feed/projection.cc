#include "feed/projection.h"

namespace tillcast::feed {

std::string_view to_string(ResetReason reason) {
  switch (reason) {
    case ResetReason::kOtherEpoch:
      return "other_epoch";
    case ResetReason::kTooOld:
      return "too_old";
    case ResetReason::kAhead:
      return "ahead";
  }
  return {};
}

}  // namespace tillcast::feed
