// HTTP requests in any pieces, and responses with any header.
// Input: one byte for the size of the pieces, one for the limits, then the bytes of a connection.

#include "protocol/http.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz_input.h"
#include "protocol/utf8.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

struct Outcome {
  std::vector<HttpRequest> requests;
  std::size_t continues = 0;
  std::string error;
};

Outcome parse(std::string_view input, std::size_t piece, const HttpLimits& limits) {
  HttpRequestParser parser(limits);
  Outcome outcome;
  while (!input.empty()) {
    std::string_view part = input.substr(0, piece);
    input.remove_prefix(part.size());
    while (true) {
      const auto step = parser.feed(std::as_bytes(std::span(part.data(), part.size())));
      if (!step) {
        require(step.error().status >= 400 && !step.error().code.empty(), "errors are named");
        outcome.error = step.error().code;
        return outcome;
      }
      part.remove_prefix(step->consumed);
      if (step->state == HttpRequestParser::State::kExpectContinue) ++outcome.continues;
      if (step->state == HttpRequestParser::State::kComplete) {
        outcome.requests.push_back(parser.take());
        require(parser.idle(), "a taken request leaves nothing");
      }
      if (step->state == HttpRequestParser::State::kNeedMore) {
        require(part.empty(), "more is asked for only at the end of the input");
        break;
      }
    }
  }
  return outcome;
}

bool same(const HttpRequest& a, const HttpRequest& b) {
  return a.method == b.method && a.target == b.target && a.minor_version == b.minor_version &&
         a.keep_alive == b.keep_alive && a.body == b.body &&
         std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(),
                    [](const HttpHeader& x, const HttpHeader& y) {
                      return x.name == y.name && x.value == y.value;
                    });
}

// The request as a careful client would write it.
std::string encode(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + " HTTP/1." +
                    std::to_string(request.minor_version) + "\r\n";
  for (const HttpHeader& header : request.headers) {
    out += header.name + ": " + header.value + "\r\n";
  }
  out += "\r\n";
  if (request.header("transfer-encoding") != nullptr) {
    append_chunk(out, request.body);
    append_last_chunk(out);
  } else {
    out += request.body;
  }
  return out;
}

void check_request(const HttpRequest& request, const HttpLimits& limits) {
  require(request.body.size() <= limits.body_bytes_max, "bodies are bounded");
  require(request.headers.size() <= limits.headers_max + 1, "headers are counted");
  for (const HttpHeader& header : request.headers) {
    require(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
            "no value holds a line end");
  }
  // Name and value are written with two bytes between them even if they came with one.
  HttpLimits wide = limits;
  wide.header_bytes_max = 1 << 20;
  const Outcome again = parse(encode(request), 1 << 20, wide);
  require(again.error.empty() && again.requests.size() == 1, "what was read can be written");
  require(same(again.requests.front(), request), "decoding what was encoded changes nothing");

  const auto target = parse_target(request.target);
  if (target) {
    require(target->path.front() == '/' && is_utf8(target->path), "paths are absolute UTF-8");
    require((target->path + "/").find("/../") == std::string::npos, "no path climbs");
    const auto value = query_value(target->query, "a");
    require(!value || is_utf8(*value), "query values are UTF-8");
  }
  static_cast<void>(cookie(request, "a"));
  static_cast<void>(request.has_token("connection", "upgrade"));
}

// Whatever a handler puts into a header, the response has just the lines it was meant to have.
void check_response(std::string_view text) {
  const std::size_t half = text.size() / 2;
  const HttpResponse response{
      200, {{std::string(text.substr(0, half)), std::string(text.substr(half))}}, ""};
  std::string out;
  const bool good = write_response(out, response, true, false, "");
  const auto lines = std::count(out.begin(), out.end(), '\n');
  require(lines == (good ? 5 : 4), "no header adds a line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tillcast::fuzz::Input input(data, size);
  const std::size_t piece = 1 + input.choose();
  const std::size_t scale = 1 + input.choose();
  const HttpLimits limits{.header_bytes_max = 64 * scale,
                          .headers_max = scale,
                          .body_bytes_max = 16 * scale,
                          .target_bytes_max = 16 * scale};
  const Outcome whole = parse(input.rest(), 1 << 20, limits);
  const Outcome pieces = parse(input.rest(), piece, limits);
  require(whole.error == pieces.error, "errors do not depend on the pieces");
  require(whole.continues == pieces.continues, "continues do not depend on the pieces");
  require(std::equal(whole.requests.begin(), whole.requests.end(), pieces.requests.begin(),
                     pieces.requests.end(), same),
          "requests do not depend on the pieces");
  for (const HttpRequest& request : whole.requests) check_request(request, limits);
  check_response(input.rest());
  return 0;
}
