#include "commerce/versions.h"

#include <charconv>

#include "commerce/problems.h"
#include "commerce/render.h"

namespace tillcast::commerce {

Outcome<std::optional<std::int64_t>> parse_if_match(std::string_view header) {
  if (header.empty() || header == "*") return std::optional<std::int64_t>{};
  std::int64_t version = 0;
  if (header.size() > 2 && header.front() == '"' && header.back() == '"') {
    const char* first = header.data() + 1;
    const char* last = header.data() + header.size() - 1;
    const auto [end, error] = std::from_chars(first, last, version);
    if (error == std::errc{} && end == last && version > 0 && *first != '0') {
      return std::optional<std::int64_t>(version);
    }
  }
  return Problem{400, "bad_if_match",
                 "If-Match takes the record's version in quotes, for example \"3\"."};
}

std::optional<Problem> check_version(const Record& record, const auth::Principal& who,
                                     std::optional<std::int64_t> if_match) {
  if (!if_match || *if_match == record.version()) return std::nullopt;
  const RecordImage image = image_of(record);
  const auto viewer = viewer_for(who, image);
  return version_conflict(viewer ? render_for(*viewer, image) : "{}");
}

}  // namespace tillcast::commerce
