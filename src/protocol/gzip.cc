#include "protocol/gzip.h"

#include "protocol/deflate.h"
#include "protocol/http_chars.h"

namespace tillcast::protocol {
namespace {

// Whether the parameters of a coding give it a weight of zero: "q=0", "q=0.000".
bool is_refused(std::string_view parameters) {
  Splitter pieces(parameters, ';');
  for (std::string_view piece; pieces.next(piece);) {
    const std::string_view parameter = trim_blanks(piece);
    if (parameter.size() < 2 || !equal_ignoring_case(parameter.substr(0, 2), "q=")) continue;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool accepts_gzip(const HttpRequest& request) {
  bool any = false;
  for (const HttpHeader& header : request.headers) {
    if (header.name != "accept-encoding") continue;
    Splitter pieces(header.value, ',');
    for (std::string_view piece; pieces.next(piece);) {
      const std::size_t semicolon = std::min(piece.find(';'), piece.size());
      const std::string_view coding = trim_blanks(piece.substr(0, semicolon));
      const bool refused = is_refused(piece.substr(semicolon));
      if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
        return !refused;
      }
      if (coding == "*") any = !refused;
    }
  }
  return any;
}

std::string gzip(std::string_view data) {
  std::string out;
  Deflater(Deflater::Format::kGzip).append(out, data);
  return out;
}

}  // namespace tillcast::protocol
