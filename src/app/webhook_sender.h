// Sends webhooks: signed POSTs to servers of others, by libcurl. Blocks, so never on an event loop.
//
// The host is looked up once, and each address of it judged before it is connected to: nothing goes
// to a private address unless that is allowed, whatever its name resolves to. Redirects are not
// followed, proxies of the environment not used, certificates checked against the system's.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tillcast::app {

/// Why a webhook did not arrive, as a sentence that names neither the address nor the body.
struct WebhookFailure {
  std::string detail{};
  /// Another try would fail as well.
  bool final = false;
};

struct Webhook {
  std::string url{};
  std::string body{};
  /// Beside Content-Type and the signature.
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// post() from any thread, one at a time; stop() from any.
class WebhookSender {
 public:
  /// The secret that receivers know (auth/webhook_signature.h).
  WebhookSender(std::string secret, bool allow_private)
      : secret_(std::move(secret)), allow_private_(allow_private) {}

  /// Nothing is wrong if the receiver answered 2xx within limits::kWebhookTimeoutMs.
  Result<void, WebhookFailure> post(const Webhook& webhook, std::int64_t now_ms);
  /// Ends the request at hand, which fails, and all that follow.
  void stop() { stopping_ = true; }

 private:
  std::string secret_;
  bool allow_private_;
  std::atomic<bool> stopping_ = false;
};

/// Empty if webhooks can be sent there; else a sentence. Without leave for private addresses it
/// must be https, since the body holds a token.
std::string webhook_url_fault(std::string_view url, bool allow_private);

}  // namespace tillcast::app
