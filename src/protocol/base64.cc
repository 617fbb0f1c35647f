#include "protocol/base64.h"

#include <openssl/evp.h>

#include <algorithm>

#include "protocol/http_chars.h"

namespace tillcast::protocol {
namespace {

// OpenSSL counts in int, and writes a NUL after what it encodes; so it is given pieces.
constexpr std::size_t kPieceBytes = 3 * 1024 * 1024;

bool is_base64_char(char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '/'; }

const unsigned char* as_unsigned(const char* p) {
  return reinterpret_cast<const unsigned char*>(p);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytes);
    const std::size_t at = out.size();
    const std::size_t encoded = (piece.size() + 2) / 3 * 4;
    out.resize(at + encoded + 1);
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + at), as_unsigned(piece.data()),
                    static_cast<int>(piece.size()));
    out.resize(at + encoded);
    bytes.remove_prefix(piece.size());
  }
}

std::optional<std::string> decode_base64(std::string_view text) {
  // EVP_DecodeBlock passes over blanks and stray padding, so the form is checked here.
  if (text.size() % 4 != 0) return std::nullopt;
  std::string_view digits = text;
  while (digits.ends_with('=') && text.size() - digits.size() < 2) digits.remove_suffix(1);
  if (!std::all_of(digits.begin(), digits.end(), is_base64_char)) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  std::size_t written = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = rest.substr(0, kPieceBytes);
    const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data() + written),
                                  as_unsigned(piece.data()), static_cast<int>(piece.size()));
    if (n < 0) return std::nullopt;
    written += static_cast<std::size_t>(n);
    rest.remove_prefix(piece.size());
  }
  out.resize(written - (text.size() - digits.size()));
  return out;
}

}  // namespace tillcast::protocol
