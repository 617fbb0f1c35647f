#include <algorithm>

#include "protocol/http.h"
#include "protocol/http_chars.h"
#include "protocol/utf8.h"

namespace tillcast::protocol {
namespace {

constexpr HttpError kBadTarget{
    400, "target_malformed", "The request target has a broken escape or a forbidden path segment."};

// Takes the percent escapes off; nothing if one is broken or stands for a byte of `forbidden`.
std::optional<std::string> decode_escapes(std::string_view text, std::string_view forbidden) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char decoded = static_cast<char>(high << 4 | low);
    if (forbidden.find(decoded) != std::string_view::npos) return std::nullopt;
    out.push_back(decoded);
    i += 2;
  }
  return out;
}

bool is_safe_path(std::string_view path) {
  const auto is_unsafe = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20) || c == '\x7F' || c == '\\';
  };
  if (!path.starts_with('/') || std::any_of(path.begin(), path.end(), is_unsafe)) return false;
  Splitter segments(path, '/');
  for (std::string_view segment; segments.next(segment);) {
    if (segment == "." || segment == "..") return false;
  }
  return is_utf8(path);
}

// The decoded form of a name or value in a query that parse_target() has accepted.
std::string decode_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decode_escapes(spaced, {}).value_or(std::string());
}

}  // namespace

Result<Target, HttpError> parse_target(std::string_view target) {
  const std::size_t question = std::min(target.find('?'), target.size());
  // An escaped slash would make two segments of what the client meant as one.
  auto path = decode_escapes(target.substr(0, question), "/");
  if (!path || !is_safe_path(*path)) return kBadTarget;
  const std::string_view query =
      question < target.size() ? target.substr(question + 1) : std::string_view();
  const auto decoded_query = decode_escapes(query, std::string_view("\0", 1));
  if (!decoded_query || !is_utf8(*decoded_query)) return kBadTarget;
  return Target{std::move(*path), std::string(query)};
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  Splitter pairs(query, '&');
  for (std::string_view pair; pairs.next(pair);) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    parameters.emplace_back(decode_parameter(pair.substr(0, equals)),
                            decode_parameter(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return parameters;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  for (auto& [found, value] : query_parameters(query)) {
    if (found == name) values.push_back(std::move(value));
  }
  return values;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  auto values = query_values(query, name);
  if (values.empty()) return std::nullopt;
  return std::move(values.front());
}

}  // namespace tillcast::protocol
