#include "protocol/multipart.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "protocol/http_chars.h"
#include "protocol/utf8.h"

namespace tillcast::protocol {

namespace {

constexpr std::size_t kBoundaryBytesMax = 70;
constexpr std::string_view kCutOff =
    "The form is cut off, or its boundary is not that of the header.";
constexpr std::string_view kBadHeader = "A part of the form has a header that is no header.";
constexpr std::string_view kNoDisposition =
    "A part of the form does not say in one Content-Disposition: form-data which field it is.";

/// Takes `prefix` off the front; false if it is not there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_boundary_char(char c) {
  return is_digit(c) || is_alpha(c) ||
         std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

/// A token, or a quoted string in which a backslash stands before what is meant as it is.
std::optional<std::string> take_value(std::string_view& text) {
  std::string value;
  if (!take(text, "\"")) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
    value.assign(text.begin(), end);
    text.remove_prefix(value.size());
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  while (!text.empty()) {
    char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return value;
    if (c == '\\' && !text.empty()) {
      c = text.front();
      text.remove_prefix(1);
    }
    value += c;
  }
  return std::nullopt;
}

/// `; name=value` again and again, each name once.
template <class Sink>
bool read_parameters(std::string_view text, const Sink& sink) {
  std::vector<std::string> seen;
  for (text = trim_blanks(text); !text.empty(); text = trim_blanks(text)) {
    if (!take(text, ";")) return false;
    text = trim_blanks(text);
    const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
    std::string name(text.begin(), end);
    text.remove_prefix(name.size());
    std::transform(name.begin(), name.end(), name.begin(), to_lower);
    if (name.empty() || std::find(seen.begin(), seen.end(), name) != seen.end() ||
        !take(text, "=")) {
      return false;
    }
    auto value = take_value(text);
    if (!value) return false;
    sink(name, *std::move(value));
    seen.push_back(std::move(name));
  }
  return true;
}

bool read_disposition(std::string_view value, MultipartPart& part) {
  const std::string_view type = value.substr(0, value.find(';'));
  if (!equal_ignoring_case(trim_blanks(type), "form-data")) return false;
  bool has_name = false;
  const bool good =
      read_parameters(value.substr(type.size()), [&](std::string_view name, std::string parameter) {
        if (name == "name") {
          has_name = true;
          part.name = std::move(parameter);
        } else if (name == "filename") {
          part.file_name = std::move(parameter);
        }
      });
  return good && has_name && is_utf8(part.name) && is_utf8(part.file_name.value_or(""));
}

/// The lines of a part's header, up to the empty one.
std::optional<std::string_view> read_header(std::string_view header, MultipartPart& part) {
  bool described = false;
  while (!header.empty()) {
    const auto end = header.find("\r\n");
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
        !is_field_value(line)) {
      return kBadHeader;
    }
    if (!equal_ignoring_case(line.substr(0, colon), "content-disposition")) continue;
    if (described || !read_disposition(trim_blanks(line.substr(colon + 1)), part))
      return kNoDisposition;
    described = true;
  }
  if (!described) return kNoDisposition;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (!equal_ignoring_case(trim_blanks(type), "multipart/form-data")) return std::nullopt;
  std::string boundary;
  const bool good = read_parameters(content_type.substr(type.size()),
                                    [&](std::string_view name, std::string value) {
                                      if (name == "boundary") boundary = std::move(value);
                                    });
  const bool fits = !boundary.empty() && boundary.size() <= kBoundaryBytesMax &&
                    std::all_of(boundary.begin(), boundary.end(), is_boundary_char) &&
                    boundary.back() != ' ';
  return good && fits ? std::optional(std::move(boundary)) : std::nullopt;
}

Result<std::vector<MultipartPart>, std::string_view> parse_multipart(std::string_view boundary,
                                                                     std::string_view body) {
  const std::string first = "--" + std::string(boundary);
  const std::string delimiter = "\r\n" + first;
  std::vector<MultipartPart> parts;
  if (!take(body, first)) return kCutOff;
  while (take(body, "\r\n")) {
    if (parts.size() == limits::kMultipartPartsMax)
      return std::string_view("The form has too many parts.");
    const std::string_view head = body.substr(0, limits::kMultipartHeaderBytesMax);
    const auto blank = head.find("\r\n\r\n");
    if (blank == std::string_view::npos) return kBadHeader;
    MultipartPart part;
    if (const auto fault = read_header(head.substr(0, blank), part)) return *fault;
    body.remove_prefix(blank + 4);
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos) return kCutOff;
    part.content = body.substr(0, end);
    body.remove_prefix(end + delimiter.size());
    parts.push_back(std::move(part));
  }
  if (!take(body, "--")) return kCutOff;
  take(body, "\r\n");
  if (!body.empty()) return std::string_view("Something stands behind the end of the form.");
  return parts;
}

}  // namespace tillcast::protocol
