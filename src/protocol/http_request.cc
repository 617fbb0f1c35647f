#include "protocol/http.h"
#include "protocol/http_chars.h"

namespace tillcast::protocol {

const std::string* HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (header.name == name) return &header.value;
  }
  return nullptr;
}

bool HttpRequest::has_token(std::string_view name, std::string_view token) const {
  for (const HttpHeader& header : headers) {
    if (header.name != name) continue;
    Splitter pieces(header.value, ',');
    for (std::string_view piece; pieces.next(piece);) {
      if (equal_ignoring_case(trim_blanks(piece), token)) return true;
    }
  }
  return false;
}

std::vector<std::pair<std::string_view, std::string_view>> cookies(const HttpRequest& request) {
  std::vector<std::pair<std::string_view, std::string_view>> found;
  for (const HttpHeader& header : request.headers) {
    if (header.name != "cookie") continue;
    Splitter pieces(header.value, ';');
    for (std::string_view piece; pieces.next(piece);) {
      const std::string_view pair = trim_blanks(piece);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      std::string_view value = pair.substr(equals + 1);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      found.emplace_back(pair.substr(0, equals), value);
    }
  }
  return found;
}

std::optional<std::string_view> cookie(const HttpRequest& request, std::string_view name) {
  for (const auto& [found, value] : cookies(request)) {
    if (found == name) return value;
  }
  return std::nullopt;
}

}  // namespace tillcast::protocol
