#include <gtest/gtest.h>

#include "protocol/http.h"

namespace tillcast::protocol {
namespace {

constexpr std::string_view kBareError =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

TEST(HttpResponse, is_written_with_its_framing) {
  std::string out = "before ";
  EXPECT_TRUE(write_response(out, {201, {{"Content-Type", "text/plain"}}, "hello"}, true, false,
                             "Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_EQ(out,
            "before HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello");
}

TEST(HttpResponse, to_head_has_the_length_and_not_the_body) {
  std::string out;
  EXPECT_TRUE(write_response(out, {404, {}, "hello"}, false, true, ""));
  EXPECT_EQ(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
}

TEST(HttpResponse, that_can_have_no_body_has_no_length) {
  std::string out;
  EXPECT_TRUE(write_response(out, {204, {}, ""}, true, false, ""));
  EXPECT_TRUE(write_response(out, {304, {{"ETag", "\"1\""}}, ""}, true, false, ""));
  EXPECT_TRUE(write_response(out, {101, {{"Connection", "Upgrade"}}, ""}, true, false, ""));
  EXPECT_EQ(out,
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"
            "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nConnection: keep-alive\r\n\r\n"
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n");
}

TEST(HttpResponse, with_an_injected_header_becomes_a_bare_error) {
  const std::vector<std::pair<std::string, std::string>> attacks = {
      {"Location", "/x\r\nSet-Cookie: admin=1"},
      {"Location", "/x\n\n<script>"},
      {"Location", std::string("/x\0", 3)},
      {"X\r\nY", "1"},
      {"X Y", "1"},
      {"", "1"},
      {"Content-Length", "0"},
      {"transfer-encoding", "chunked"},
      {"Connection", "close"},
      {"Date", "now"}};
  for (const auto& attack : attacks) {
    std::string out;
    EXPECT_FALSE(write_response(out, {200, {attack}, "hello"}, true, false, "")) << attack.first;
    EXPECT_EQ(out, kBareError);
    out.clear();
    EXPECT_FALSE(write_stream_head(out, {200, {attack}, ""}, true, true, "")) << attack.first;
    EXPECT_EQ(out, kBareError);
  }
  std::string out;
  EXPECT_FALSE(write_response(out, {204, {}, "a body"}, true, false, ""));
  EXPECT_FALSE(write_response(out, {20, {}, ""}, true, false, ""));
}

TEST(HttpResponse, of_unknown_length_is_written_in_chunks) {
  std::string out;
  const HttpResponse head{200, {{"Content-Type", "text/event-stream"}}, ""};
  EXPECT_TRUE(write_stream_head(out, head, true, true, ""));
  append_chunk(out, "data: a longer one\n\n");
  append_chunk(out, "");
  append_chunk(out, "x");
  append_last_chunk(out);
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
            "Connection: keep-alive\r\n\r\n14\r\ndata: a longer one\n\n\r\n1\r\nx\r\n0\r\n\r\n");
  out.clear();
  EXPECT_TRUE(write_stream_head(out, head, false, true, ""));
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

TEST(HttpDate, is_an_imf_fixdate) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(http_date(253402300799), "Fri, 31 Dec 9999 23:59:59 GMT");
}

}  // namespace
}  // namespace tillcast::protocol
