#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "protocol/http.h"
#include "protocol/http_chars.h"

namespace tillcast::protocol {
namespace {

// RFC 9110 section 6.4.1: these never have a body, and so no Content-Length either.
bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

bool is_writers_own(std::string_view name, int status) {
  if (equal_ignoring_case(name, "connection")) return status != 101;
  return equal_ignoring_case(name, "content-length") || equal_ignoring_case(name, "date") ||
         equal_ignoring_case(name, "transfer-encoding");
}

bool may_be_sent(const HttpResponse& response) {
  if (response.status < 100 || response.status > 999) return false;
  if (is_bodiless(response.status) && !response.body.empty()) return false;
  return std::all_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
    return is_token(header.first) && is_field_value(header.second) &&
           !is_writers_own(header.first, response.status);
  });
}

void append_status_and_headers(std::string& out, const HttpResponse& response,
                               std::string_view date) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  if (!date.empty()) out.append("Date: ").append(date).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

void append_connection(std::string& out, bool keep_alive) {
  out.append(keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
}

void append_server_error(std::string& out) {
  out.append(
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

}  // namespace

bool write_response(std::string& out, const HttpResponse& response, bool keep_alive, bool head_only,
                    std::string_view date) {
  if (!may_be_sent(response)) {
    append_server_error(out);
    return false;
  }
  append_status_and_headers(out, response, date);
  if (!is_bodiless(response.status)) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  }
  if (response.status != 101) append_connection(out, keep_alive);
  out.append("\r\n");
  if (!head_only) out.append(response.body);
  return true;
}

bool write_stream_head(std::string& out, const HttpResponse& response, bool chunked,
                       bool keep_alive, std::string_view date) {
  if (!may_be_sent(response) || is_bodiless(response.status) || !response.body.empty()) {
    append_server_error(out);
    return false;
  }
  append_status_and_headers(out, response, date);
  if (chunked) out.append("Transfer-Encoding: chunked\r\n");
  append_connection(out, chunked && keep_alive);
  out.append("\r\n");
  return true;
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;  // an empty chunk would end the body
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", data.size());
  out.append(data).append("\r\n");
}

void append_last_chunk(std::string& out) { out.append("0\r\n\r\n"); }

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{time - midnight};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
      kDays[std::chrono::weekday(midnight).c_encoding()], static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace tillcast::protocol
