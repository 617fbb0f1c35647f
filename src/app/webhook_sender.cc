#include "app/webhook_sender.h"

#include <curl/curl.h>

#include <boost/url/parse.hpp>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>

#include "app/version.h"
#include "auth/webhook_signature.h"
#include "base/limits.h"
#include "protocol/public_address.h"

namespace tillcast::app {
namespace {

/// What libcurl's callbacks share of one request.
struct Transfer {
  bool allow_private;
  const std::atomic<bool>& stopping;
  bool refused_address = false;
  std::size_t answer_bytes = 0;
};

/// The address bytes of a socket address; empty for a family that is no IP.
std::span<const unsigned char> address_bytes(const curl_sockaddr& address) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&address.addr);
  // Behind the family and the port; IPv6 has its flow label first (RFC 3493 section 3.3).
  if (address.family == AF_INET) return {bytes + 4, 4};
  if (address.family == AF_INET6) return {bytes + 8, 16};
  return {};
}

curl_socket_t open_socket(void* to, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(to);
  const auto bytes = address_bytes(*address);
  if (bytes.empty() || (!transfer.allow_private && !protocol::is_public_address(bytes))) {
    transfer.refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t skip_body(char* /*bytes*/, std::size_t size, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  transfer.answer_bytes += size * count;
  // Taking less than is offered ends the transfer.
  return transfer.answer_bytes > limits::kWebhookAnswerBytesMax ? 0 : size * count;
}

int progress(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(to)->stopping ? 1 : 0;
}

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

void add_header(HeaderList& list, std::string_view name, std::string_view value) {
  const std::string line = std::string(name).append(": ").append(value);
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

void set_up(CURL* curl, const Webhook& webhook, curl_slist* headers, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_URL, webhook.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, transfer.allow_private ? "http,https" : "https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits::kWebhookTimeoutMs));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(webhook.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, webhook.body.data());
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, skip_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

/// Whether a receiver that answers so may do better later.
bool may_recover(long status) {
  return status >= 500 || status == 408 || status == 409 || status == 425 || status == 429;
}

Result<void, WebhookFailure> judge(CURLcode code, long status, const Transfer& transfer) {
  if (transfer.refused_address && code != CURLE_OK) {
    return WebhookFailure{
        "The webhook's host has an address that is not public, and those are not allowed.", true};
  }
  // What came after the status is of no interest, however long it is.
  if (code == CURLE_WRITE_ERROR && status != 0) code = CURLE_OK;
  if (code != CURLE_OK) {
    return WebhookFailure{std::string("The webhook was not answered: ") + curl_easy_strerror(code) +
                          "."};
  }
  if (status >= 200 && status < 300) return {};
  if (status >= 300 && status < 400) {
    return WebhookFailure{"The webhook was answered by a redirect, which is not followed.", true};
  }
  return WebhookFailure{"The webhook was answered with the status " + std::to_string(status) + ".",
                        !may_recover(status)};
}

}  // namespace

Result<void, WebhookFailure> WebhookSender::post(const Webhook& webhook, std::int64_t now_ms) {
  // Made once, before the first handle of any thread.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (ready != CURLE_OK || !curl) throw std::runtime_error("libcurl cannot start");
  HeaderList headers;
  add_header(headers, "Content-Type", "application/json");
  add_header(headers, "User-Agent", "tillcast/" + std::string(kVersion));
  // A body is sent at once, not only when it is asked for.
  add_header(headers, "Expect", "");
  add_header(headers, auth::kWebhookSignatureHeader,
             auth::sign_webhook(secret_, webhook.body, now_ms));
  for (const auto& [name, value] : webhook.headers) add_header(headers, name, value);
  Transfer transfer{allow_private_, stopping_};
  set_up(curl.get(), webhook, headers.get(), transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return judge(code, status, transfer);
}

std::string webhook_url_fault(std::string_view url, bool allow_private) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->encoded_host().empty())
    return "it is no URL such as https://n8n.example/webhook/x";
  if (parsed->has_userinfo()) return "it has a user name in it, which is not sent";
  if (parsed->scheme() == "https" || (allow_private && parsed->scheme() == "http")) return {};
  return "it does not begin with https://";
}

}  // namespace tillcast::app
