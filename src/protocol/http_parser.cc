#include <algorithm>
#include <array>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include "protocol/http.h"
#include "protocol/http_chars.h"

namespace tillcast::protocol {
namespace {

// A method longer than any registered one is not implemented here.
constexpr std::size_t kMethodBytesMax = 32;
// The method, two spaces, the version and the line end that a request line has beside its target.
constexpr std::size_t kRequestLineExtraBytesMax = kMethodBytesMax + 12;
// Chunk extensions mean nothing to this server, so a request has no reason to bring many.
constexpr std::size_t kChunkLineBytesMax = 256;
constexpr std::size_t kChunkExtensionBytesMax = 4 * 1024;
constexpr std::size_t kChunkSizeDigitsMax = 16;
// What a browser sends, so that the list seldom grows.
constexpr std::size_t kHeadersUsual = 16;
// Memory for a body is taken as it arrives; only this much on the word of its Content-Length.
constexpr std::size_t kBodyReserveBytesMax = 64 * 1024;

constexpr HttpError bad_request(std::string_view code, std::string_view detail) {
  return {400, code, detail};
}

constexpr HttpError kBadRequestLine =
    bad_request("request_line_malformed", "The request line is not 'METHOD target HTTP/1.1'.");
constexpr HttpError kBadTarget =
    bad_request("target_malformed", "The request target is not a valid path or http URL.");
constexpr HttpError kTargetTooLong{414, "target_too_long", "The request target is too long."};
constexpr HttpError kHeadersTooLarge{431, "headers_too_large",
                                     "The header fields are too many or too long."};
constexpr HttpError kBadLineEnd =
    bad_request("line_end_malformed", "Every line must end in CR LF, and have neither inside.");
constexpr HttpError kBadChunk =
    bad_request("chunk_malformed", "A chunk of the body has a malformed size or end.");
constexpr HttpError kBodyTooLarge{413, "body_too_large", "The body is larger than allowed here."};
constexpr HttpError kBadContentLength =
    bad_request("content_length_malformed", "Content-Length must be one plain decimal number.");

// Fields that mean something only once: two of them could be read as either by a proxy in front.
constexpr std::array<std::string_view, 6> kSingleFields = {
    "host", "authorization", "origin", "content-type", "expect", "content-length"};

// A host with an optional port, without user information. An empty one is allowed by RFC 9110. The
// comma, which the grammar allows in a name, is what a proxy writes between two Hosts it has
// joined.
bool is_host(std::string_view text) {
  const auto parsed = boost::urls::parse_authority(text);
  return parsed.has_value() && !parsed->has_userinfo() && text.find(',') == std::string_view::npos;
}

// Splits "Name: value". Leading white space is a folded line, white space before the colon hides
// names from other parsers; neither is a token character, so both are refused here.
Result<HttpHeader, HttpError> parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return bad_request("header_folded", "Header lines must not be continued on the next line.");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return bad_request("header_name_malformed", "A header name must be a token and end in ':'.");
  }
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_field_value(value)) {
    return bad_request("header_value_malformed", "A header value has a control character.");
  }
  HttpHeader field{std::string(line.substr(0, colon)), std::string(value)};
  for (char& c : field.name) c = to_lower(c);
  return field;
}

}  // namespace

Result<HttpRequestParser::Step, HttpError> HttpRequestParser::feed(
    std::span<const std::byte> bytes) {
  std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto step = [&](State state) { return Step{bytes.size() - input.size(), state}; };
  while (true) {
    switch (phase_) {
      case Phase::kStart:
      case Phase::kHeaders:
      case Phase::kChunkSize:
      case Phase::kChunkDataEnd:
      case Phase::kTrailers: {
        const auto read = read_line(input);
        if (!read) return read.error();
        if (!*read) return step(State::kNeedMore);
        break;
      }
      case Phase::kHeadDone: {
        const auto stop = begin_body();
        if (!stop) return stop.error();
        if (*stop) return step(**stop);
        break;
      }
      case Phase::kFixedBody:
      case Phase::kChunkData:
        if (input.empty()) return step(State::kNeedMore);
        read_body(input);
        break;
      case Phase::kComplete:
        return step(State::kComplete);
    }
  }
}

HttpRequest HttpRequestParser::take() {
  HttpRequest request = std::move(request_);
  // A fresh parser, so that nothing of one request can reach the next.
  *this = HttpRequestParser(limits_);
  return request;
}

// Takes one line if it is complete; otherwise keeps what there is of it. Limits count bytes of the
// request and not of the input, so the outcome is the same however the input is cut.
Result<bool, HttpError> HttpRequestParser::read_line(std::string_view& input) {
  if (input.empty()) return false;
  std::size_t bytes_max = limits_.header_bytes_max - header_bytes_;
  HttpError too_long = kHeadersTooLarge;
  if (phase_ == Phase::kStart) {
    // Something that is no HTTP at all (a TLS hello, say) is refused at its first byte.
    if (line_.empty() && !is_token_char(input.front()) && input.front() != '\r') {
      return kBadRequestLine;
    }
    bytes_max = std::min(bytes_max, limits_.target_bytes_max + kRequestLineExtraBytesMax);
    too_long = kTargetTooLong;
  } else if (phase_ == Phase::kChunkSize || phase_ == Phase::kChunkDataEnd) {
    bytes_max = phase_ == Phase::kChunkSize ? kChunkLineBytesMax : 2;
    too_long = kBadChunk;
  }

  const std::size_t allowed = bytes_max - line_.size();
  const std::size_t line_feed = input.substr(0, allowed).find('\n');
  if (line_feed == std::string_view::npos) {
    if (input.size() >= allowed) return too_long;
    line_.append(input);
    input = {};
    return false;
  }
  std::string held;
  std::string_view line = input.substr(0, line_feed + 1);
  input.remove_prefix(line_feed + 1);
  if (!line_.empty()) {
    held.swap(line_);
    held.append(line);
    line = held;
  }
  if (phase_ != Phase::kChunkSize && phase_ != Phase::kChunkDataEnd) header_bytes_ += line.size();
  if (line.size() < 2 || line.find('\r') != line.size() - 2) return kBadLineEnd;
  line.remove_suffix(2);
  const auto done = on_line(line);
  if (!done) return done.error();
  return true;
}

Result<void, HttpError> HttpRequestParser::on_line(std::string_view line) {
  switch (phase_) {
    case Phase::kStart:
      return request_line(line);
    case Phase::kHeaders:
      return line.empty() ? end_of_head() : header_line(line);
    case Phase::kChunkSize:
      return chunk_size_line(line);
    case Phase::kChunkDataEnd:
      if (!line.empty()) return kBadChunk;
      phase_ = Phase::kChunkSize;
      return {};
    default:
      return trailer_line(line);
  }
}

Result<void, HttpError> HttpRequestParser::request_line(std::string_view line) {
  if (line.empty()) {  // RFC 9112 section 2.2: some clients end a body with one CRLF too many
    if (blank_line_seen_) return kBadRequestLine;
    blank_line_seen_ = true;
    return {};
  }
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == last) return kBadRequestLine;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return kBadRequestLine;
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return kBadRequestLine;
  }
  if (version[5] != '1') {
    return HttpError{505, "http_version_unsupported",
                     "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  }
  if (method.size() > kMethodBytesMax || method == "CONNECT") {
    return HttpError{501, "method_unsupported", "This method is not implemented."};
  }
  request_.method = method;
  request_.minor_version = version[7] == '0' ? 0 : 1;
  phase_ = Phase::kHeaders;
  return set_target(target);
}

Result<void, HttpError> HttpRequestParser::set_target(std::string_view target) {
  if (target.size() > limits_.target_bytes_max) return kTargetTooLong;
  const auto is_target_char = [](char c) {
    return c > ' ' && c < '\x7F' && c != '#' && c != '"' && c != '<' && c != '>';
  };
  if (target.empty() || !std::all_of(target.begin(), target.end(), is_target_char)) {
    return kBadTarget;
  }
  if (target == "*" && request_.method != "OPTIONS") return kBadTarget;
  if (target == "*" || target.front() == '/') {
    request_.target = target;
    return {};
  }
  // The absolute form, which a server must accept (RFC 9112 section 3.2.2).
  const std::size_t colon = target.find("://");
  const std::string_view scheme = target.substr(0, colon);
  if (colon == std::string_view::npos ||
      !(equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https"))) {
    return kBadTarget;
  }
  const std::string_view rest = target.substr(colon + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  authority_ = rest.substr(0, authority_end);
  if (authority_.empty() || !is_host(authority_)) return kBadTarget;
  const std::string_view path = rest.substr(authority_end);
  if (path.empty() && request_.method == "OPTIONS") {
    request_.target = "*";
  } else if (path.empty() || path.front() == '?') {
    request_.target.append("/").append(path);
  } else {
    request_.target = path;
  }
  return {};
}

Result<void, HttpError> HttpRequestParser::header_line(std::string_view line) {
  auto field = parse_field(line);
  if (!field) return field.error();
  if (request_.headers.size() >= limits_.headers_max) return kHeadersTooLarge;
  const bool is_single =
      std::find(kSingleFields.begin(), kSingleFields.end(), field->name) != kSingleFields.end();
  if (is_single && request_.header(field->name) != nullptr) {
    return bad_request("header_repeated", "A header that may come only once is repeated.");
  }
  if (request_.headers.empty()) request_.headers.reserve(kHeadersUsual);
  request_.headers.push_back(std::move(*field));
  return {};
}

Result<void, HttpError> HttpRequestParser::end_of_head() {
  const std::string* const host = request_.header("host");
  if (host == nullptr && request_.minor_version > 0) {
    return bad_request("host_missing", "An HTTP/1.1 request needs a Host header.");
  }
  if (host != nullptr && !is_host(*host)) {
    return bad_request("host_malformed", "The Host header is not a host with an optional port.");
  }
  if (!authority_.empty()) {  // RFC 9112 section 3.2.2: the target's authority replaces Host
    for (HttpHeader& header : request_.headers) {
      if (header.name == "host") header.value = authority_;
    }
    if (host == nullptr) request_.headers.push_back({"host", authority_});
  }
  request_.keep_alive =
      !request_.has_token("connection", "close") &&
      (request_.minor_version > 0 || request_.has_token("connection", "keep-alive"));
  const auto framed = find_body_framing();
  if (!framed) return framed.error();
  phase_ = Phase::kHeadDone;
  return find_expectation();
}

// RFC 9112 section 6.3, with every case that two servers could read in two ways refused.
Result<void, HttpError> HttpRequestParser::find_body_framing() {
  const std::string* const length = request_.header("content-length");
  const std::string* const coding = request_.header("transfer-encoding");
  if (coding != nullptr) {
    if (length != nullptr || request_.minor_version == 0) {
      return bad_request("body_framing_ambiguous",
                         "Transfer-Encoding needs HTTP/1.1 and excludes Content-Length.");
    }
    const auto codings =
        std::count_if(request_.headers.begin(), request_.headers.end(),
                      [](const HttpHeader& h) { return h.name == "transfer-encoding"; });
    if (codings > 1) {
      return bad_request("header_repeated", "A header that may come only once is repeated.");
    }
    if (!equal_ignoring_case(*coding, "chunked")) {
      return HttpError{501, "transfer_coding_unsupported",
                       "The only transfer coding is 'chunked'."};
    }
    chunked_ = true;
    return {};
  }
  if (length == nullptr) return {};
  if (length->empty() || !std::all_of(length->begin(), length->end(), is_digit)) {
    return kBadContentLength;
  }
  if (length->size() > 18) return kBodyTooLarge;
  for (const char digit : *length) {
    remaining_ = remaining_ * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return {};
}

Result<void, HttpError> HttpRequestParser::find_expectation() {
  const std::string* const expect = request_.header("expect");
  if (expect == nullptr || request_.minor_version == 0) return {};
  if (!equal_ignoring_case(*expect, "100-continue")) {
    return HttpError{417, "expectation_unknown", "The only expectation is '100-continue'."};
  }
  expects_continue_ = true;
  return {};
}

// Between head and body: reports what the caller wants to know, then opens the body.
Result<std::optional<HttpRequestParser::State>, HttpError> HttpRequestParser::begin_body() {
  if (!chunked_ && remaining_ == 0) {
    phase_ = Phase::kComplete;
    return std::optional<State>();
  }
  if (limits_.report_head && !head_reported_) {
    head_reported_ = true;
    return std::optional(State::kHead);
  }
  if (remaining_ > limits_.body_bytes_max) return kBodyTooLarge;
  if (expects_continue_) {
    expects_continue_ = false;
    return std::optional(State::kExpectContinue);
  }
  phase_ = chunked_ ? Phase::kChunkSize : Phase::kFixedBody;
  request_.body.reserve(std::min<std::size_t>(remaining_, kBodyReserveBytesMax));
  return std::optional<State>();
}

void HttpRequestParser::read_body(std::string_view& input) {
  const std::string_view part = input.substr(0, std::min<std::uint64_t>(remaining_, input.size()));
  request_.body.append(part);
  remaining_ -= part.size();
  input.remove_prefix(part.size());
  if (remaining_ == 0) phase_ = chunked_ ? Phase::kChunkDataEnd : Phase::kComplete;
}

// RFC 9112 section 7.1: hexadecimal digits, then nothing or extensions after ';'. White space
// before the ';', which the grammar calls bad, is refused.
Result<void, HttpError> HttpRequestParser::chunk_size_line(std::string_view line) {
  const std::size_t digits = std::min(line.find(';'), line.size());
  if (digits == 0 || digits > kChunkSizeDigitsMax) return kBadChunk;
  std::uint64_t size = 0;
  for (const char c : line.substr(0, digits)) {
    const int digit = hex_value(c);
    if (digit < 0) return kBadChunk;
    size = size << 4 | static_cast<std::uint64_t>(digit);
  }
  extension_bytes_ += line.size() - digits;
  if (extension_bytes_ > kChunkExtensionBytesMax || !is_field_value(line.substr(digits))) {
    return kBadChunk;
  }
  if (request_.body.size() > limits_.body_bytes_max ||
      size > limits_.body_bytes_max - request_.body.size()) {
    return kBodyTooLarge;
  }
  remaining_ = size;
  phase_ = size == 0 ? Phase::kTrailers : Phase::kChunkData;
  return {};
}

// Trailers are held to the rules of headers and then dropped: no route here needs one, and a field
// that comes after the body must not change what was decided before it.
Result<void, HttpError> HttpRequestParser::trailer_line(std::string_view line) {
  if (line.empty()) {
    phase_ = Phase::kComplete;
    return {};
  }
  const auto field = parse_field(line);
  if (!field) return field.error();
  if (++trailers_ > limits_.headers_max) return kHeadersTooLarge;
  if (field->name == "content-length" || field->name == "transfer-encoding" ||
      field->name == "host") {
    return bad_request("trailer_forbidden", "This header must not come after the body.");
  }
  return {};
}

}  // namespace tillcast::protocol
