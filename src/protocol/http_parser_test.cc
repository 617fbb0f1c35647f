#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "protocol/http.h"

namespace tillcast::protocol {
namespace {

using State = HttpRequestParser::State;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// All that a connection would see of an input, as text that can be compared.
std::string describe(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + " 1." +
                    std::to_string(request.minor_version) + (request.keep_alive ? " keep" : "");
  for (const HttpHeader& header : request.headers) out += "|" + header.name + "=" + header.value;
  return out + "||" + request.body + "\n";
}

// Feeds the parts one after the other, as a connection does, and writes down what happens.
std::string transcript(const std::vector<std::string_view>& parts, const HttpLimits& limits) {
  HttpRequestParser parser(limits);
  std::string out;
  for (std::string_view rest : parts) {
    while (true) {
      const auto step = parser.feed(bytes_of(rest));
      if (!step) {
        return out + "error " + std::to_string(step.error().status) + " " +
               std::string(step.error().code);
      }
      rest.remove_prefix(step->consumed);
      if (step->state == State::kNeedMore) {
        EXPECT_TRUE(rest.empty()) << "the parser asked for more and left input";
        break;
      }
      if (step->state == State::kExpectContinue) out += "continue\n";
      if (step->state == State::kHead) out += "head\n";
      if (step->state == State::kComplete) out += describe(parser.take());
      if (rest.empty() && step->state == State::kComplete) break;
    }
  }
  return out + (parser.idle() ? "idle" : parser.in_body() ? "in body" : "in head");
}

// What the input gives, which must be the same however it is cut.
std::string parse(std::string_view input, const HttpLimits& limits = {}) {
  const std::string whole = transcript({input}, limits);
  for (std::size_t cut = 1; cut < input.size(); ++cut) {
    EXPECT_EQ(transcript({input.substr(0, cut), input.substr(cut)}, limits), whole)
        << "cut at " << cut << " of " << input;
  }
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < input.size(); ++i) single.push_back(input.substr(i, 1));
  EXPECT_EQ(transcript(single, limits), whole) << "byte by byte: " << input;
  return whole;
}

std::string with_header(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n\r\n";
}

std::string chunked(std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

TEST(HttpParser, reads_a_request_without_a_body) {
  EXPECT_EQ(parse("GET /a?b=c HTTP/1.1\r\nHost: shop.example:80\r\nX-Two:  a b\t\r\n\r\n"),
            "GET /a?b=c 1.1 keep|host=shop.example:80|x-two=a b||\nidle");
}

TEST(HttpParser, reads_a_body_of_a_given_length) {
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
            "POST / 1.1 keep|host=a|content-length=5||hello\nidle");
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
            "POST / 1.1 keep|host=a|content-length=0||\nidle");
}

TEST(HttpParser, reads_a_chunked_body_with_extensions_and_drops_its_trailers) {
  EXPECT_EQ(parse(chunked("4\r\nWiki\r\n00A;name=\"v a\"\r\npedia in c\r\n0\r\nX-Sum: 1\r\n\r\n")),
            "POST / 1.1 keep|host=a|transfer-encoding=chunked||Wikipedia in c\nidle");
}

TEST(HttpParser, reads_pipelined_requests_one_by_one) {
  EXPECT_EQ(parse("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                  "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HT"),
            "POST /1 1.1 keep|host=a|content-length=2||hi\nGET /2 1.1 keep|host=a||\nin head");
}

TEST(HttpParser, leaves_what_follows_a_request_to_the_caller) {
  HttpRequestParser parser{HttpLimits{}};
  const std::string_view head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto step = parser.feed(bytes_of(std::string(head) + "\x81\x80 not HTTP"));
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->state, State::kComplete);
  EXPECT_EQ(step->consumed, head.size());
}

TEST(HttpParser, knows_the_persistence_of_both_versions) {
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n"), "GET / 1.0||\nidle");
  EXPECT_EQ(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
            "GET / 1.0 keep|connection=Keep-Alive||\nidle");
  EXPECT_EQ(parse(with_header("Connection: upgrade, Close")),
            "GET / 1.1|host=a|connection=upgrade, Close||\nidle");
  EXPECT_EQ(parse("GET / HTTP/1.3\r\nHost: a\r\n\r\n"), "GET / 1.1 keep|host=a||\nidle");
}

TEST(HttpParser, ignores_one_empty_line_before_a_request_and_no_second) {
  EXPECT_EQ(parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "GET / 1.1 keep|host=a||\nidle");
  EXPECT_EQ(parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "error 400 request_line_malformed");
}

TEST(HttpParser, brings_targets_to_origin_form) {
  const auto target = [](std::string_view method, std::string_view raw) {
    return parse(std::string(method) + " " + std::string(raw) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  EXPECT_EQ(target("GET", "http://b.example:8/x?y"), "GET /x?y 1.1 keep|host=b.example:8||\nidle");
  EXPECT_EQ(target("GET", "HTTPS://b"), "GET / 1.1 keep|host=b||\nidle");
  EXPECT_EQ(target("GET", "http://b?q=1"), "GET /?q=1 1.1 keep|host=b||\nidle");
  EXPECT_EQ(target("OPTIONS", "*"), "OPTIONS * 1.1 keep|host=a||\nidle");
  EXPECT_EQ(target("OPTIONS", "http://b"), "OPTIONS * 1.1 keep|host=b||\nidle");
  for (const std::string_view bad : {"*", "x", "http://", "http:///x", "http://u@b/", "ftp://b/",
                                     "/a#b", "/a\"b", "/\x80", "/a\x01", "/a\tb", "http://b c/"}) {
    EXPECT_EQ(target("GET", bad), "error 400 target_malformed") << bad;
  }
}

TEST(HttpParser, refuses_malformed_request_lines) {
  for (const std::string_view bad :
       {"GET  HTTP/1.1", "GET /", "GET / HTTP/1", "GET / http/1.1", "GET / HTTP/1.1 ", "/ HTTP/1.1",
        "GET / HTTP/11.1", "G@T / HTTP/1.1", " GET / HTTP/1.1", "GET\t/ HTTP/1.1",
        "\x16\x03\x01 / HTTP/1.1", "GET / HTTP/1.x", "GET / XTTP/1.1"}) {
    const std::string outcome = parse(std::string(bad) + "\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(outcome == "error 400 request_line_malformed" ||
                outcome == "error 400 target_malformed")
        << bad << " gave " << outcome;
  }
  EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "error 505 http_version_unsupported");
  EXPECT_EQ(parse("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), "error 501 method_unsupported");
  EXPECT_EQ(parse(std::string(33, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n"),
            "error 501 method_unsupported");
}

TEST(HttpParser, refuses_a_missing_repeated_or_malformed_host) {
  EXPECT_EQ(parse("GET / HTTP/1.1\r\n\r\n"), "error 400 host_missing");
  EXPECT_EQ(parse(with_header("Host: a")), "error 400 header_repeated");
  for (const std::string_view bad : {"a b", "a/b", "u@a", "a,b", "a:b", "[::1"}) {
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: " + std::string(bad) + "\r\n\r\n"),
              "error 400 host_malformed")
        << bad;
  }
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
            "GET / 1.1 keep|host=[::1]:80||\nidle");
}

TEST(HttpParser, refuses_malformed_header_lines) {
  EXPECT_EQ(parse(with_header("X : 1")), "error 400 header_name_malformed");
  EXPECT_EQ(parse(with_header(": 1")), "error 400 header_name_malformed");
  EXPECT_EQ(parse(with_header("X")), "error 400 header_name_malformed");
  EXPECT_EQ(parse(with_header("X(: 1")), "error 400 header_name_malformed");
  EXPECT_EQ(parse(with_header("\xC3\xA9: 1")), "error 400 header_name_malformed");
  EXPECT_EQ(parse(with_header("X: 1\r\n folded")), "error 400 header_folded");
  EXPECT_EQ(parse(with_header("X: 1\r\n\tfolded")), "error 400 header_folded");
  EXPECT_EQ(parse(with_header(std::string("X: a\0b", 6))), "error 400 header_value_malformed");
  EXPECT_EQ(parse(with_header("X: a\x7F")), "error 400 header_value_malformed");
  EXPECT_EQ(parse(with_header("Authorization: a\r\nauthorization: b")),
            "error 400 header_repeated");
}

TEST(HttpParser, refuses_line_ends_that_are_not_cr_lf) {
  EXPECT_EQ(parse("GET / HTTP/1.1\nHost: a\n\n"), "error 400 line_end_malformed");
  EXPECT_EQ(parse(with_header("X: 1\nY: 2")), "error 400 line_end_malformed");
  EXPECT_EQ(parse(with_header("X: a\rb")), "error 400 line_end_malformed");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"), "error 400 line_end_malformed");
}

TEST(HttpParser, refuses_lengths_that_could_be_read_in_two_ways) {
  const auto lengths = [](std::string_view lines) {
    return parse("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n\r\n0\r\n\r\n");
  };
  EXPECT_EQ(lengths("Content-Length: 5\r\nContent-Length: 5"), "error 400 header_repeated");
  EXPECT_EQ(lengths("Content-Length: 5\r\nContent-Length: 6"), "error 400 header_repeated");
  for (const std::string_view bad : {"5, 5", "+5", "-1", "0x5", "5 5", "", "5;", "\xD9\xA3"}) {
    EXPECT_EQ(lengths("Content-Length: " + std::string(bad)), "error 400 content_length_malformed")
        << bad;
  }
  EXPECT_EQ(lengths("Content-Length: 99999999999999999999999"), "error 413 body_too_large");
  EXPECT_EQ(lengths("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            "error 400 body_framing_ambiguous");
  EXPECT_EQ(lengths("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            "error 400 header_repeated");
  for (const std::string_view bad :
       {"gzip, chunked", "chunked, chunked", "xchunked", "identity", "chunked;q=1", ""}) {
    EXPECT_EQ(lengths("Transfer-Encoding: " + std::string(bad)),
              "error 501 transfer_coding_unsupported")
        << bad;
  }
  EXPECT_EQ(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "error 400 body_framing_ambiguous");
}

TEST(HttpParser, refuses_malformed_chunks) {
  for (const std::string_view bad :
       {"x\r\n", "0x4\r\nWiki\r\n", "-1\r\n", "4 \r\nWiki\r\n", " 4\r\nWiki\r\n", ";a\r\n", "\r\n",
        "4\r\nWikipedia", "4\r\nWiki\r0", "11111111111111111\r\n"}) {
    EXPECT_EQ(parse(chunked(bad)), "error 400 chunk_malformed") << bad;
  }
  EXPECT_EQ(parse(chunked("4\nWiki\r\n0\r\n\r\n")), "error 400 line_end_malformed");
  EXPECT_EQ(parse(chunked("4;a\rb\r\nWiki\r\n")), "error 400 line_end_malformed");
  EXPECT_EQ(parse(chunked("4\r\nWiki\n\n")), "error 400 line_end_malformed");
  EXPECT_EQ(parse(chunked("4;" + std::string(300, 'a') + "\r\n")), "error 400 chunk_malformed");
  EXPECT_EQ(parse(chunked("ffffffffffffffff\r\n")), "error 413 body_too_large");
  std::string many;
  for (int i = 0; i < 40; ++i) many += "1;" + std::string(200, 'a') + "\r\nx\r\n";
  EXPECT_EQ(transcript({chunked(many)}, {}), "error 400 chunk_malformed");
}

TEST(HttpParser, refuses_trailers_that_would_change_the_request) {
  for (const std::string_view name :
       {"Content-Length: 1", "Transfer-Encoding: chunked", "Host: b"}) {
    EXPECT_EQ(parse(chunked("0\r\n" + std::string(name) + "\r\n\r\n")),
              "error 400 trailer_forbidden");
  }
  EXPECT_EQ(parse(chunked("0\r\nbad trailer\r\n\r\n")), "error 400 header_name_malformed");
}

TEST(HttpParser, holds_every_limit_exactly) {
  const HttpLimits limits{
      .header_bytes_max = 60, .headers_max = 2, .body_bytes_max = 4, .target_bytes_max = 10};
  const auto head = [](std::size_t bytes) {  // a head of just that size
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return text + std::string(bytes - text.size() - 4, 'v') + "\r\n\r\n";
  };
  EXPECT_TRUE(parse(head(60), limits).ends_with("idle"));
  EXPECT_EQ(parse(head(61), limits), "error 431 headers_too_large");
  EXPECT_EQ(parse("GET /123456789 HTTP/1.1\r\nHost: a\r\n\r\n", limits),
            "GET /123456789 1.1 keep|host=a||\nidle");
  EXPECT_EQ(parse("GET /1234567890 HTTP/1.1\r\nHost: a\r\n\r\n", limits),
            "error 414 target_too_long");
  EXPECT_EQ(parse(std::string(200, 'G'), limits), "error 414 target_too_long");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 2\r\n\r\n", limits),
            "error 431 headers_too_large");
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1234", limits)
                  .ends_with("1234\nidle"));
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345", limits),
            "error 413 body_too_large");
}

TEST(HttpParser, holds_the_limits_of_a_chunked_body_and_its_trailers) {
  const HttpLimits limits{.header_bytes_max = 120, .headers_max = 3, .body_bytes_max = 4};
  EXPECT_TRUE(parse(chunked("3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"), limits).ends_with("abcd\nidle"));
  EXPECT_EQ(parse(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), limits), "error 413 body_too_large");
  // The chunk is refused by its size, before any of its bytes are taken.
  EXPECT_EQ(parse(chunked("3\r\nabc\r\n2\r\n"), limits), "error 413 body_too_large");
  EXPECT_EQ(parse(chunked("0\r\na: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\n\r\n"), limits),
            "error 431 headers_too_large");
  EXPECT_EQ(parse(chunked("0\r\na: " + std::string(100, 'x') + "\r\n\r\n"), limits),
            "error 431 headers_too_large");
}

TEST(HttpParser, reports_who_waits_for_continue_once_and_before_the_body) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n";
  EXPECT_EQ(parse(head + "Content-Length: 2\r\n\r\nhi"),
            "continue\nPOST / 1.1 keep|host=a|expect=100-Continue|content-length=2||hi\nidle");
  EXPECT_EQ(parse(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "continue\nPOST / 1.1 keep|host=a|expect=100-Continue|transfer-encoding=chunked||\n"
            "idle");
  EXPECT_EQ(parse(head + "Content-Length: 99999999\r\n\r\n"), "error 413 body_too_large");
  EXPECT_EQ(parse(head + "\r\n"), "POST / 1.1 keep|host=a|expect=100-Continue||\nidle");
  EXPECT_EQ(parse(with_header("Expect: the-unexpected")), "error 417 expectation_unknown");
}

TEST(HttpParser, lets_the_caller_choose_the_body_limit_by_the_head) {
  const HttpLimits limits{.body_bytes_max = 2, .report_head = true};
  const std::string_view head = "PUT /image HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  EXPECT_EQ(parse(std::string(head) + "abc", limits), "head\nerror 413 body_too_large");

  HttpRequestParser parser(limits);
  auto step = parser.feed(bytes_of(head));
  ASSERT_TRUE(step.has_value());
  ASSERT_EQ(step->state, State::kHead);
  EXPECT_EQ(step->consumed, head.size());
  EXPECT_EQ(parser.head().target, "/image");
  EXPECT_TRUE(parser.in_body());
  parser.set_body_bytes_max(3);
  step = parser.feed(bytes_of("abc"));
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->state, State::kComplete);
  EXPECT_EQ(parser.take().body, "abc");
  EXPECT_TRUE(parser.idle());
}

TEST(HttpRequest, finds_headers_and_tokens) {
  HttpRequestParser parser{HttpLimits{}};
  const std::string text = with_header("Connection: keep-alive ,Upgrade\r\nconnection: x\r\nY: 1");
  ASSERT_TRUE(parser.feed(bytes_of(text)).has_value());
  const HttpRequest request = parser.take();
  ASSERT_NE(request.header("y"), nullptr);
  EXPECT_EQ(*request.header("y"), "1");
  EXPECT_EQ(request.header("z"), nullptr);
  EXPECT_TRUE(request.has_token("connection", "upgrade"));
  EXPECT_TRUE(request.has_token("connection", "X"));
  EXPECT_FALSE(request.has_token("connection", "up"));
}

TEST(Cookie, is_found_by_its_exact_name) {
  HttpRequest request;
  request.headers = {{"cookie", "a=1; session=\"x=y\" ;empty=; flag"}, {"cookie", "later=2; a=3"}};
  EXPECT_EQ(cookie(request, "a"), "1");
  EXPECT_EQ(cookie(request, "session"), "x=y");
  EXPECT_EQ(cookie(request, "empty"), "");
  EXPECT_EQ(cookie(request, "later"), "2");
  EXPECT_EQ(cookie(request, "flag"), std::nullopt);
  EXPECT_EQ(cookie(request, "sess"), std::nullopt);
}

}  // namespace
}  // namespace tillcast::protocol
