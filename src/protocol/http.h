// HTTP/1.1 as bytes <-> values (RFC 9110 and RFC 9112): a strict incremental request parser, a
// response writer, and the small parsers that go with them (target, query, cookies, date).
//
// Nothing here owns a socket, a clock or a thread. Every object belongs to one connection and is
// used by the thread of that connection; the free functions are pure.
//
// The parser refuses whatever two HTTP implementations could read in two ways, because a proxy in
// front of the server may be one of them: see HttpRequestParser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace tillcast::protocol {

// ---------------------------------------------------------------------------------------------
// Requests

struct HttpHeader {
  std::string name;   // lower case
  std::string value;  // without surrounding white space
};

struct HttpRequest {
  std::string method;               // as sent: methods are case-sensitive
  std::string target;               // origin-form ("/path?query"), or "*" for OPTIONS
  int minor_version = 1;            // 0 or 1
  bool keep_alive = true;           // what the client asked for, with the default of its version
  std::vector<HttpHeader> headers;  // in the order received; trailers are not among them
  std::string body;                 // without the chunked coding

  /// The value of the first header of that (lower-case) name, or nullptr.
  const std::string* header(std::string_view name) const;

  /// Whether any header of that (lower-case) name lists the token, without regard to case:
  /// `has_token("connection", "upgrade")`.
  bool has_token(std::string_view name, std::string_view token) const;
};

/// Why a request was refused. All strings are literals and live for ever.
struct HttpError {
  int status = 400;         // the HTTP status to answer with; then the connection is closed
  std::string_view code;    // stable, snake_case: "content_length_malformed"
  std::string_view detail;  // a sentence for people

  // No aggregate: a Result<bool, HttpError> must not take `true` for a status.
  constexpr HttpError() = default;
  constexpr HttpError(int http_status, std::string_view stable_code, std::string_view sentence)
      : status(http_status), code(stable_code), detail(sentence) {}

  friend bool operator==(const HttpError&, const HttpError&) = default;
};

struct HttpLimits {
  std::size_t header_bytes_max =
      limits::kHttpHeaderBytesMax;  // request line, header fields and trailers together
  std::size_t headers_max = limits::kHttpHeadersMax;  // header fields, and trailer fields, each
  std::size_t body_bytes_max = limits::kHttpBodyBytesMax;  // after the chunked coding is taken off
  std::size_t target_bytes_max = limits::kHttpTargetBytesMax;
  /// With true, feed() stops once at State::kHead when a body follows, so that the caller can look
  /// at head() and choose the body's limit by its route.
  bool report_head = false;
};

/// Takes bytes as they come and gives one request after the other.
///
/// Refused with 400: a repeated Content-Length (even with equal values), Content-Length beside
/// Transfer-Encoding, Transfer-Encoding in HTTP/1.0, bare CR or LF, folded header lines, white
/// space around a field name, control characters, a chunk size that is not plain hexadecimal, a
/// missing, repeated or malformed Host, repeated Authorization, Content-Type, Origin or Expect, and
/// any target that is not printable ASCII. 413, 414 and 431 tell of a limit, 417 of an unknown
/// expectation, 501 of an unknown transfer coding or CONNECT, 505 of another major version.
///
/// After an error the parser must not be fed again: the place where the next request starts is not
/// known, so the connection is answered and closed.
class HttpRequestParser {
 public:
  enum class State {
    kNeedMore,        // all input was consumed and the request is not complete
    kHead,            // only with HttpLimits::report_head: the head is complete, a body follows
    kExpectContinue,  // the client waits for "100 Continue" before it sends the body
    kComplete         // take() gives the request; bytes after `consumed` belong to the next one
  };

  struct Step {
    std::size_t consumed = 0;
    State state = State::kNeedMore;
  };

  explicit HttpRequestParser(const HttpLimits& limits) : limits_(limits) {}

  /// Consumes bytes up to the end of one request. In states kHead and kExpectContinue the caller
  /// feeds the bytes after `consumed` again, even if there are none left. After kComplete the
  /// caller calls take() before it feeds more.
  Result<Step, HttpError> feed(std::span<const std::byte> bytes);

  /// The complete request; the parser is then idle and ready for the next one.
  HttpRequest take();

  /// The head of the request whose body is being read (states kHead, kExpectContinue, in_body()).
  const HttpRequest& head() const { return request_; }

  /// Nothing of a request was seen yet: the connection may be closed without loss.
  bool idle() const { return phase_ == Phase::kStart && line_.empty(); }

  /// The head is complete and the body is not.
  bool in_body() const { return phase_ > Phase::kHeaders && phase_ < Phase::kComplete; }

  /// Takes effect for the body being read, if its head was only just reported, and all later ones.
  void set_body_bytes_max(std::size_t bytes) { limits_.body_bytes_max = bytes; }

 private:
  enum class Phase : std::uint8_t {
    kStart,         // before or in the request line
    kHeaders,       // in the header fields
    kHeadDone,      // the head is parsed, what follows is not yet decided
    kFixedBody,     // Content-Length
    kChunkSize,     // in the line of a chunk's size
    kChunkData,     // in a chunk's bytes
    kChunkDataEnd,  // in the line end after a chunk's bytes
    kTrailers,      // in the fields after the last chunk
    kComplete
  };

  Result<bool, HttpError> read_line(std::string_view& input);
  Result<void, HttpError> on_line(std::string_view line);
  Result<void, HttpError> request_line(std::string_view line);
  Result<void, HttpError> set_target(std::string_view target);
  Result<void, HttpError> header_line(std::string_view line);
  Result<void, HttpError> end_of_head();
  Result<void, HttpError> find_body_framing();
  Result<void, HttpError> find_expectation();
  Result<std::optional<State>, HttpError> begin_body();
  Result<void, HttpError> chunk_size_line(std::string_view line);
  Result<void, HttpError> trailer_line(std::string_view line);
  void read_body(std::string_view& input);

  HttpLimits limits_;
  HttpRequest request_;
  std::string line_;                 // the part of a line that earlier input ended with
  std::string authority_;            // of an absolute-form target; it takes the place of Host
  std::uint64_t remaining_ = 0;      // bytes left of the body or of the chunk
  std::size_t header_bytes_ = 0;     // of the head and the trailers so far
  std::size_t extension_bytes_ = 0;  // of all chunk extensions so far
  std::size_t trailers_ = 0;
  Phase phase_ = Phase::kStart;
  bool chunked_ = false;
  bool expects_continue_ = false;
  bool head_reported_ = false;
  bool blank_line_seen_ = false;  // the one empty line allowed before a request line
};

/// The value of the cookie of that name (RFC 6265), without the optional quotes; the first if
/// repeated.
std::optional<std::string_view> cookie(const HttpRequest& request, std::string_view name);

/// All cookies of the request, in order, as views into it.
std::vector<std::pair<std::string_view, std::string_view>> cookies(const HttpRequest& request);

// ---------------------------------------------------------------------------------------------
// Targets

struct Target {
  std::string path;   // percent-decoded, starts with "/", valid UTF-8, no ".", ".." or NUL
  std::string query;  // as sent, without "?"; its escapes are known to be good
};

/// Splits an origin-form target. Refused with 400 `target_malformed`: broken escapes, escapes that
/// are not UTF-8, an escaped NUL, slash or backslash in the path, and the segments "." and "..".
Result<Target, HttpError> parse_target(std::string_view target);

/// The decoded value of the first parameter of that name ("+" is a space); "" if it has no value.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

/// All values of that name, in order.
std::vector<std::string> query_values(std::string_view query, std::string_view name);

/// All parameters, decoded, in order.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query);

// ---------------------------------------------------------------------------------------------
// Responses

using HttpField = std::pair<std::string, std::string>;

struct HttpResponse {
  int status = 200;
  std::vector<HttpField> headers;
  std::string body;
  bool may_gzip = false;  // for who writes it: worth a content coding if the client accepts one
};

/// Appends the response with its Date, Content-Length and Connection; these three and
/// Transfer-Encoding are the writer's own and must not be among `headers` (but a 101 brings its own
/// Connection). An empty `date` gives no Date. `head_only` answers HEAD: the length of the body,
/// but not the body.
///
/// False: a header name is no token, a value has a control character, or a header is the writer's
/// own. Then a bare 500 that closes the connection was written in place of the response, so nothing
/// an attacker put into a value reaches the wire; the caller closes after it and logs a bug.
[[nodiscard]] bool write_response(std::string& out, const HttpResponse& response, bool keep_alive,
                                  bool head_only, std::string_view date);

/// The head of a response whose body comes in pieces and whose length is not known. To HTTP/1.1 the
/// pieces are sent with append_chunk() and ended by append_last_chunk(); to HTTP/1.0 they are sent
/// as they are and ended by closing. `response.body` must be empty. Returns as write_response().
[[nodiscard]] bool write_stream_head(std::string& out, const HttpResponse& response, bool chunked,
                                     bool keep_alive, std::string_view date);
void append_chunk(std::string& out, std::string_view data);  // nothing for empty data
void append_last_chunk(std::string& out);

/// What answers State::kExpectContinue.
inline constexpr std::string_view kContinueResponse = "HTTP/1.1 100 Continue\r\n\r\n";

/// "Not Found" for 404; "Unknown" for a status without a registered phrase.
std::string_view reason_phrase(int status);

/// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Years 1970 to 9999.
std::string http_date(std::int64_t unix_seconds);

}  // namespace tillcast::protocol
