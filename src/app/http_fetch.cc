#include "app/http_fetch.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace tillcast::app {
namespace {

struct Answer {
  std::string text{};
  std::string cache_control{};
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& text = static_cast<Answer*>(to)->text;
  // Taking less than is offered ends the transfer.
  if (text.size() + size * count > kFetchBytesMax) return 0;
  text.append(bytes, size * count);
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* to) {
  constexpr std::string_view kName = "cache-control:";
  std::string line(bytes, size * count);
  std::transform(line.begin(), line.end(), line.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (line.starts_with(kName)) static_cast<Answer*>(to)->cache_control = line.substr(kName.size());
  return size * count;
}

/// `max-age` of a Cache-Control header (RFC 9111 section 5.2.2.1); 0 if it has none.
std::int64_t max_age_of(std::string_view cache_control) {
  constexpr std::string_view kName = "max-age=";
  const auto at = cache_control.find(kName);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = cache_control.substr(at + kName.size());
  std::int64_t seconds = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  return std::max<std::int64_t>(seconds, 0);
}

bool is_loopback_http(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (url.starts_with(host) &&
        (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/')) {
      return true;
    }
  }
  return false;
}

Result<auth::FetchedText, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "Cannot read the file " + path + ".";
  return auth::FetchedText{0, {std::istreambuf_iterator<char>(file), {}}};
}

Result<auth::FetchedText, std::string> get(const std::string& url) {
  // Made once, before the first handle of any thread.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (ready != CURLE_OK || !curl) throw std::runtime_error("libcurl cannot start");
  Answer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(kFetchTimeoutMs));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &answer);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK) return url + ": " + curl_easy_strerror(code) + ".";
  if (status != 200) return url + " answers " + std::to_string(status) + ".";
  return auth::FetchedText{max_age_of(answer.cache_control), std::move(answer.text)};
}

}  // namespace

bool is_fetchable(const std::string& where) {
  return where.starts_with("https://") || is_loopback_http(where);
}

Result<auth::FetchedText, std::string> fetch_text(const std::string& where) {
  if (where.find("://") == std::string::npos) return read_file(where);
  if (!is_fetchable(where)) return "Only an https URL is fetched, not " + where + ".";
  return get(where);
}

}  // namespace tillcast::app
