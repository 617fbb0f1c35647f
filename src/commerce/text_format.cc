#include "commerce/text_format.h"

#include <algorithm>

#include "base/ids.h"

namespace tillcast::commerce {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

/// One @ with something on both sides, and no white space: whether it receives mail only mail can
/// tell.
bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), is_space);
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         text.find("--") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

/// A path on this server or an http(s) address: never a script, and nothing that breaks out of an
/// attribute.
bool is_url(std::string_view text) {
  const bool begins = (text.starts_with('/') && !text.starts_with("//")) ||
                      text.starts_with("https://") || text.starts_with("http://");
  return begins && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '`';
         });
}

}  // namespace

std::string normal_email(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  std::string normal(text);
  std::transform(normal.begin(), normal.end(), normal.begin(), lower);
  return normal;
}

bool has_format(std::string_view text, TextFormat format) {
  switch (format) {
    case TextFormat::kAny:
      return true;
    case TextFormat::kEmail:
      return is_email(text);
    case TextFormat::kSlug:
      return is_slug(text);
    case TextFormat::kCurrency:
      return text.size() == 3 && std::all_of(text.begin(), text.end(), is_upper);
    case TextFormat::kUrl:
      return is_url(text);
    case TextFormat::kId:
      return looks_like_id(text);
  }
  return false;
}

std::string_view format_hint(TextFormat format) {
  switch (format) {
    case TextFormat::kAny:
      break;
    case TextFormat::kEmail:
      return "Give an e-mail address.";
    case TextFormat::kSlug:
      return "Give lower-case letters, digits and single hyphens.";
    case TextFormat::kCurrency:
      return "Give an ISO 4217 code such as EUR.";
    case TextFormat::kUrl:
      return "Give a path that starts with / or an http(s) address.";
    case TextFormat::kId:
      return "Give an id.";
  }
  return "Give a text.";
}

bool is_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_space); }

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7f;
  });
}

bool is_colour(std::string_view text) {
  return text.size() == 7 && text.front() == '#' &&
         std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    if (is_lower(lower(c)) || is_digit(c)) {
      slug += lower(c);
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

}  // namespace tillcast::commerce
