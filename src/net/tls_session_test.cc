#include "net/tls_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "net/testing.h"
#include "net/tls_context.h"

namespace tillcast::net {
namespace {

using State = TlsSession::State;
using testing::Identity;
using testing::IdentityFiles;
using testing::TlsClient;

/// A client and the session that serves it, with all that passes between them in memory.
class TlsSessionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    files.write(Identity::make("first.test"));
    auto loaded = TlsContext::load(files.certificate(), files.key());
    ASSERT_TRUE(loaded.has_value()) << loaded.error();
    context = *std::move(loaded);
  }

  void connect() {
    session = context->accept();
    received.clear();
    client.start();
    client.receive({});
    exchange();
  }

  /// Brings bytes to and fro until both have none.
  void exchange(std::size_t piece_bytes = SIZE_MAX) {
    for (std::string bytes = client.bytes(); !bytes.empty(); bytes = client.bytes()) {
      client.receive(feed(bytes, piece_bytes));
    }
  }

  /// Feeds the session and gives what it answers.
  std::string feed(const std::string& bytes, std::size_t piece_bytes = SIZE_MAX) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min(piece_bytes, bytes.size() - at);
      std::vector<std::byte> plain(size + TlsSession::kPlainBytesMore);
      const auto fed = session->feed(std::as_bytes(std::span(bytes).subspan(at, size)), plain, out);
      received.append(reinterpret_cast<const char*>(plain.data()), fed.plain_bytes);
      at += size;
    }
    return out;
  }

  std::string encrypt(std::string_view plain) {
    std::string out;
    EXPECT_TRUE(session->encrypt(plain, out));
    return out;
  }

  IdentityFiles files{"tls_session"};
  std::unique_ptr<TlsContext> context;
  std::unique_ptr<TlsSession> session;
  TlsClient client;
  std::string received;
};

TEST_F(TlsSessionTest, carries_bytes_both_ways) {
  connect();
  ASSERT_EQ(session->state(), State::kOpen);
  EXPECT_STREQ(SSL_get_version(client.ssl()), "TLSv1.3");
  client.send("a question");
  exchange();
  EXPECT_EQ(received, "a question");
  client.receive(encrypt("an answer"));
  EXPECT_EQ(client.plain, "an answer");
}

TEST_F(TlsSessionTest, takes_everything_one_byte_at_a_time) {
  session = context->accept();
  client.start();
  client.receive({});
  exchange(1);
  ASSERT_EQ(session->state(), State::kOpen);
  const std::string text(40'000, 'x');
  client.send(text);
  exchange(1);
  EXPECT_EQ(received, text);
}

TEST_F(TlsSessionTest, gives_all_records_of_one_read_at_once) {
  connect();
  std::string bytes;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    client.send("message " + std::to_string(i) + "\n");
    expected += "message " + std::to_string(i) + "\n";
    bytes += client.bytes();
  }
  // The first half of a record comes with one read, the rest with the next.
  feed(bytes.substr(0, 1000));
  feed(bytes.substr(1000));
  EXPECT_EQ(received, expected);
}

TEST_F(TlsSessionTest, encrypts_more_than_a_record_holds) {
  connect();
  const std::string text(200'000, 'y');
  const std::string bytes = encrypt(text);
  for (std::size_t at = 0; at < bytes.size(); at += 777) client.receive(bytes.substr(at, 777));
  EXPECT_EQ(client.plain, text);
}

TEST_F(TlsSessionTest, speaks_tls_1_2_with_forward_secrecy) {
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  connect();
  ASSERT_EQ(session->state(), State::kOpen);
  const std::string cipher = SSL_get_cipher_name(client.ssl());
  EXPECT_TRUE(cipher.starts_with("ECDHE-")) << cipher;
  client.receive(encrypt("old but good"));
  EXPECT_EQ(client.plain, "old but good");
}

TEST_F(TlsSessionTest, refuses_older_versions) {
  SSL_CTX_set_min_proto_version(client.context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(client.context(), TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(client.context(), "DEFAULT:@SECLEVEL=0");
  connect();
  EXPECT_EQ(session->state(), State::kFailed);
  EXPECT_FALSE(client.open());
}

TEST_F(TlsSessionTest, refuses_ciphers_without_forward_secrecy) {
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(client.context(), "AES128-GCM-SHA256:AES256-SHA");
  connect();
  EXPECT_EQ(session->state(), State::kFailed);
}

TEST_F(TlsSessionTest, agrees_on_http_1_1) {
  const std::string offered = "\x02h2\x08http/1.1";
  SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
  connect();
  const unsigned char* chosen = nullptr;
  unsigned chosen_bytes = 0;
  SSL_get0_alpn_selected(client.ssl(), &chosen, &chosen_bytes);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), chosen_bytes), "http/1.1");
}

TEST_F(TlsSessionTest, refuses_who_speaks_only_other_protocols) {
  const std::string offered = "\x02h2";
  SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
  connect();
  EXPECT_EQ(session->state(), State::kFailed);
}

TEST_F(TlsSessionTest, resumes_by_a_ticket) {
  SSL_CTX_set_session_cache_mode(client.context(), SSL_SESS_CACHE_CLIENT);
  connect();
  client.receive(encrypt("tickets come before this"));
  // A connection that just breaks off takes its session with it.
  SSL_set_shutdown(client.ssl(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_SESSION* const ticket = SSL_get1_session(client.ssl());
  ASSERT_NE(ticket, nullptr);
  ASSERT_EQ(SSL_SESSION_is_resumable(ticket), 1);

  session = context->accept();
  client.start();
  SSL_set_session(client.ssl(), ticket);
  client.receive({});
  exchange();
  EXPECT_EQ(session->state(), State::kOpen);
  EXPECT_EQ(SSL_session_reused(client.ssl()), 1);
  SSL_SESSION_free(ticket);
}

TEST_F(TlsSessionTest, does_not_renegotiate) {
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  connect();
  SSL_renegotiate(client.ssl());
  client.receive({});
  exchange();
  // The client takes the refusal as fatal; the server has not begun a second handshake.
  EXPECT_EQ(SSL_num_renegotiations(client.ssl()), 1);
  EXPECT_FALSE(client.open() && session->state() == State::kOpen);
}

TEST_F(TlsSessionTest, answers_key_updates) {
  connect();
  ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
  client.send("under a new key");
  exchange();
  EXPECT_EQ(received, "under a new key");
  client.receive(encrypt("and back"));
  EXPECT_EQ(client.plain, "and back");
}

TEST_F(TlsSessionTest, sees_the_peers_end_and_says_its_own) {
  connect();
  client.send("goodbye");
  SSL_shutdown(client.ssl());
  feed(client.bytes());
  EXPECT_EQ(received, "goodbye");
  EXPECT_EQ(session->state(), State::kEnded);
  std::string out;
  session->end(out);
  client.receive(out);
  EXPECT_TRUE(client.peer_has_ended());
}

TEST_F(TlsSessionTest, encrypts_nothing_after_its_end) {
  connect();
  std::string out;
  session->end(out);
  client.receive(out);
  EXPECT_TRUE(client.peer_has_ended());
  out.clear();
  EXPECT_FALSE(session->encrypt("too late", out));
  session->end(out);
  EXPECT_EQ(out, "");
}

TEST_F(TlsSessionTest, says_nothing_when_it_ends_before_the_handshake) {
  session = context->accept();
  std::string out;
  session->end(out);
  EXPECT_EQ(out, "");
  EXPECT_FALSE(session->encrypt("hello?", out));
}

TEST_F(TlsSessionTest, tells_who_speaks_plain_http_that_this_is_tls) {
  session = context->accept();
  const std::string answer = feed("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", 1);
  EXPECT_EQ(session->state(), State::kFailed);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
  EXPECT_NE(answer.find("\"code\":\"tls_required\""), std::string::npos) << answer;
  EXPECT_EQ(answer.find("tls_required"), answer.rfind("tls_required"));
}

TEST_F(TlsSessionTest, fails_on_what_is_not_tls) {
  session = context->accept();
  EXPECT_EQ(feed(std::string("\x05\x01\x00", 3)), "");
  EXPECT_EQ(session->state(), State::kFailed);
}

TEST_F(TlsSessionTest, fails_when_a_record_was_tampered_with) {
  connect();
  client.send("pay 1 to Alice");
  std::string bytes = client.bytes();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  feed(bytes);
  EXPECT_EQ(session->state(), State::kFailed);
  EXPECT_EQ(received, "");
}

}  // namespace
}  // namespace tillcast::net
