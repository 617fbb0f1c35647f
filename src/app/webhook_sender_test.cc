#include "app/webhook_sender.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "auth/webhook_signature.h"

namespace tillcast::app {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;
const std::string kSecret = "a-secret-of-sixteen";

/// Takes one connection after the other on a free port, reads a request's head and its body, and
/// gives the same answer; none at all if that is empty.
class Receiver {
 public:
  explicit Receiver(std::string answer) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(listener_, 8);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + "/hook";
  }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] const std::string& request() const { return request_; }

 private:
  void run() {
    for (int peer = accept(listener_, nullptr, nullptr); peer >= 0;
         peer = accept(listener_, nullptr, nullptr)) {
      ++connections_;
      request_.clear();
      char buffer[4096];
      while (!request_.ends_with("}")) {
        const auto taken = read(peer, buffer, sizeof buffer);
        if (taken <= 0) break;
        request_.append(buffer, static_cast<std::size_t>(taken));
      }
      if (answer_.empty()) {
        // Until the other side has had enough.
        while (read(peer, buffer, sizeof buffer) > 0) {
        }
      } else {
        send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      }
      close(peer);
    }
  }

  std::string answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::string request_;
  std::thread thread_;
};

std::string answer_of(const std::string& status) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

/// "" for a webhook that arrived, else "final" or "again".
std::string sent(const std::string& url, bool allow_private = true) {
  WebhookSender sender(kSecret, allow_private);
  const auto result = sender.post({url, R"({"a":1})", {}}, kNowMs);
  if (result) return {};
  const WebhookFailure failure = result.error();
  EXPECT_EQ(failure.detail.find("127.0.0.1"), std::string::npos) << failure.detail;
  return failure.final ? "final" : "again";
}

TEST(WebhookSender, posts_the_body_with_its_signature) {
  const Receiver receiver(answer_of("204 No Content"));
  WebhookSender sender(kSecret, true);
  EXPECT_TRUE(sender.post({receiver.url(), R"({"a":1})", {{"X-Tillcast-Event", "test"}}}, kNowMs));
  const std::string& request = receiver.request();
  EXPECT_TRUE(request.starts_with("POST /hook HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":1}")) << request;
  for (const std::string& line :
       {"X-Tillcast-Signature: " + auth::sign_webhook(kSecret, R"({"a":1})", kNowMs),
        std::string("Content-Type: application/json"), std::string("X-Tillcast-Event: test")}) {
    EXPECT_NE(request.find("\r\n" + line + "\r\n"), std::string::npos) << line << request;
  }
}

TEST(WebhookSender, says_what_is_worth_another_try) {
  for (const auto& [status, expected] : {std::pair{"200 OK", ""},
                                         {"202 Accepted", ""},
                                         {"301 Moved", "final"},
                                         {"400 Bad", "final"},
                                         {"404 Not Found", "final"},
                                         {"408 Timeout", "again"},
                                         {"429 Slow", "again"},
                                         {"500 Broken", "again"},
                                         {"503 Busy", "again"}}) {
    const Receiver receiver(answer_of(status));
    EXPECT_EQ(sent(receiver.url()), expected) << status;
    EXPECT_EQ(receiver.connections(), 1) << status;
  }
}

TEST(WebhookSender, follows_no_redirect) {
  const Receiver other(answer_of("200 OK"));
  const Receiver receiver("HTTP/1.1 307 Over there\r\nLocation: " + other.url() +
                          "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(sent(receiver.url()), "final");
  EXPECT_EQ(other.connections(), 0);
}

TEST(WebhookSender, needs_no_more_of_an_answer_than_its_status) {
  const Receiver receiver("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" +
                          std::string(1'000'000, 'x'));
  EXPECT_EQ(sent(receiver.url()), "");
}

TEST(WebhookSender, that_nobody_answers_is_worth_another_try) {
  std::string url;
  {
    const Receiver receiver("");
    url = receiver.url();
  }
  EXPECT_EQ(sent(url), "again");
}

TEST(WebhookSender, connects_to_no_private_address_by_number_or_name) {
  const Receiver receiver(answer_of("200 OK"));
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0.0.0.0",
                           "[::ffff:127.0.0.1]", "[::1]"}) {
    std::string url = receiver.url(host);
    url.replace(0, 4, "https");
    EXPECT_EQ(sent(url, false), "final") << host;
  }
  EXPECT_EQ(receiver.connections(), 0);
  EXPECT_EQ(sent(receiver.url(), true), "") << "it is there";
}

TEST(WebhookSender, goes_by_no_proxy_of_the_environment) {
  const Receiver proxy(answer_of("200 OK"));
  const Receiver receiver(answer_of("200 OK"));
  setenv("http_proxy", proxy.url().c_str(), 1);
  EXPECT_EQ(sent(receiver.url()), "");
  unsetenv("http_proxy");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(WebhookSender, is_stopped_in_the_middle) {
  const Receiver receiver("");
  WebhookSender sender(kSecret, true);
  std::thread other([&] {
    while (receiver.connections() == 0) std::this_thread::yield();
    sender.stop();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(sender.post({receiver.url(), "{}", {}}, kNowMs));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  other.join();
}

TEST(WebhookUrl, is_https_or_with_leave_http) {
  for (const char* url : {"https://n8n.example/webhook/x", "https://n8n.example:8443/x?y=1"}) {
    EXPECT_EQ(webhook_url_fault(url, false), "") << url;
  }
  for (const char* url :
       {"http://n8n.example/x", "ftp://n8n.example/x", "file:///etc/passwd", "n8n.example", "",
        "https://", "https://user@n8n.example/", "https://n8n.example/ x"}) {
    EXPECT_NE(webhook_url_fault(url, false), "") << url;
  }
  EXPECT_EQ(webhook_url_fault("http://127.0.0.1:5678/x", true), "");
  EXPECT_NE(webhook_url_fault("file:///etc/passwd", true), "");
}

}  // namespace
}  // namespace tillcast::app
