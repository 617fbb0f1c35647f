#include "commerce/cursor.h"

#include <algorithm>
#include <charconv>

#include "auth/base64url.h"
#include "protocol/utf8.h"

namespace tillcast::commerce {
namespace {

constexpr char kSeparator = '\0';
constexpr std::size_t kCursorBytesMax = 2'000;

}  // namespace

std::string make_cursor(const CursorParts& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += kSeparator;
    text += part;
  }
  return auth::base64url_encode(text);
}

Outcome<CursorParts> parse_cursor(std::string_view cursor, std::size_t count) {
  const auto text = cursor.size() > kCursorBytesMax ? std::nullopt : auth::base64url_decode(cursor);
  // The parts go into statements, which take text and no other bytes.
  if (!text || !protocol::is_utf8(*text)) return bad_cursor();
  CursorParts parts;
  std::string_view rest = *text;
  while (true) {
    const std::size_t end = rest.find(kSeparator);
    parts.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (parts.size() != count) return bad_cursor();
  return parts;
}

std::optional<std::int64_t> cursor_integer(const std::string& part) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  return value;
}

Problem bad_cursor() {
  return {400, "bad_cursor",
          "Give the next_cursor of the page before, with the same query, or none for the first."};
}

std::int64_t page_limit(const PageRequest& page) {
  return static_cast<std::int64_t>(std::clamp<std::size_t>(page.limit, 1, limits::kListItemsMax));
}

}  // namespace tillcast::commerce
