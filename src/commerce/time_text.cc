#include "commerce/time_text.h"

#include <algorithm>
#include <chrono>

namespace tillcast::commerce {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

// The first millisecond of year 0 and the last of 9999: what four digits can say.
constexpr std::int64_t kFirstMs = -62'167'219'200'000;
constexpr std::int64_t kLastMs = 253'402'300'799'999;

void append_digits(std::string& out, std::int64_t value, int digits) {
  std::size_t at = out.size() + static_cast<std::size_t>(digits);
  out.append(static_cast<std::size_t>(digits), '0');
  for (int i = 0; i < digits; ++i, value /= 10) out[--at] = static_cast<char>('0' + value % 10);
}

void append_day(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  append_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
}

std::chrono::sys_time<milliseconds> time_of(std::int64_t unix_ms) {
  return std::chrono::sys_time<milliseconds>(milliseconds(std::clamp(unix_ms, kFirstMs, kLastMs)));
}

}  // namespace

void append_rfc3339(std::string& out, std::int64_t unix_ms) {
  const auto time = time_of(unix_ms);
  const auto day = std::chrono::floor<days>(time);
  const std::int64_t ms = (time - day).count();
  append_day(out, day);
  out += 'T';
  append_digits(out, ms / 3'600'000, 2);
  out += ':';
  append_digits(out, ms / 60'000 % 60, 2);
  out += ':';
  append_digits(out, ms / 1'000 % 60, 2);
  out += '.';
  append_digits(out, ms % 1'000, 3);
  out += 'Z';
}

std::string rfc3339(std::int64_t unix_ms) {
  std::string text;
  append_rfc3339(text, unix_ms);
  return text;
}

std::string utc_day(std::int64_t unix_ms) {
  std::string text;
  append_day(text, std::chrono::floor<days>(time_of(unix_ms)));
  return text;
}

}  // namespace tillcast::commerce
