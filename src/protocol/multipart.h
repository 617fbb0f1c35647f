// multipart/form-data (RFC 7578, with the framing of RFC 2046 section 5.1): the body of a form that
// uploads a file, in one piece. Strict: what two readers could take in two ways is refused. Pure;
// any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tillcast::protocol {

struct MultipartPart {
  /// As sent, with the backslash escapes taken off. A file name is a label and never a path.
  std::string name{};
  /// Set for a file, be it to nothing.
  std::optional<std::string> file_name{};
  /// A piece of the body.
  std::string_view content{};
};

/// The boundary that a Content-Type of multipart/form-data names; nothing for another type, or
/// without one of 1 to 70 characters that a boundary may hold.
std::optional<std::string> multipart_boundary(std::string_view content_type);

/// The parts in their order, at most limits::kMultipartPartsMax. A sentence on what is wrong with a
/// body that is cut off, has anything before its first or behind its last boundary, or a part whose
/// header is not one Content-Disposition of `form-data` with a name (and what else may stand
/// there).
Result<std::vector<MultipartPart>, std::string_view> parse_multipart(std::string_view boundary,
                                                                     std::string_view body);

}  // namespace tillcast::protocol
