#include "net/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>

#include "protocol/http.h"
#include "realtime/http.h"

namespace tillcast::net {

/// OpenSSL's way to the bytes of a session: a BIO that keeps none itself.
struct TlsSessionIo {
  static int read(BIO* bio, char* to, std::size_t size, std::size_t* taken) {
    BIO_clear_retry_flags(bio);
    auto& input = session(bio).input_;
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return 0;
    }
    *taken = std::min(size, input.size());
    std::memcpy(to, input.data(), *taken);
    input = input.subspan(*taken);
    return 1;
  }

  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* taken) {
    session(bio).output_->append(from, size);
    *taken = size;
    return 1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  /// The table of the functions above; made once, and never changed.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const kMethod = [] {
      BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session");
      BIO_meth_set_read_ex(made, read);
      BIO_meth_set_write_ex(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return kMethod;
  }

 private:
  static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }
};

namespace {

constexpr std::byte kHandshakeRecord{0x16};

/// For somebody who speaks plain HTTP here.
void append_refusal_of_plain_http(std::string& out) {
  [[maybe_unused]] const bool written = protocol::write_response(
      out,
      realtime::problem_response(
          400, "tls_required", "This port speaks HTTPS: use an address that begins with https://."),
      false, false, {});
}

}  // namespace

void TlsSession::SslFree::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsSession::~TlsSession() = default;

std::unique_ptr<TlsSession> TlsSession::accept(ssl_ctx_st& context) {
  std::unique_ptr<TlsSession> session(new TlsSession);
  session->ssl_.reset(SSL_new(&context));
  BIO* const bio = BIO_new(TlsSessionIo::method());
  if (!session->ssl_ || bio == nullptr) {
    BIO_free(bio);
    return nullptr;
  }
  BIO_set_data(bio, session.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(session->ssl_.get(), bio, bio);
  SSL_set_accept_state(session->ssl_.get());
  return session;
}

TlsSession::Fed TlsSession::feed(std::span<const std::byte> input, std::span<std::byte> plain,
                                 std::string& out) {
  input_ = input;
  output_ = &out;
  if (!began_ && !input.empty()) {
    began_ = true;
    if (input.front() != kHandshakeRecord) {
      state_ = State::kFailed;
      const auto first = static_cast<char>(input.front());
      if (first >= 'A' && first <= 'Z') append_refusal_of_plain_http(out);
    }
  }
  if (state_ == State::kHandshake) shake_hands();
  const std::size_t plain_bytes = decrypt(plain);
  input_ = {};
  return {state_, plain_bytes};
}

void TlsSession::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    state_ = State::kOpen;
  } else {
    take_error(result);
  }
}

std::size_t TlsSession::decrypt(std::span<std::byte> plain) {
  std::size_t size = 0;
  while (state_ == State::kOpen && size < plain.size()) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), plain.data() + size, plain.size() - size, &got);
    if (result != 1) {
      take_error(result);
      break;
    }
    size += got;
  }
  return size;
}

void TlsSession::take_error(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return;
  state_ = error == SSL_ERROR_ZERO_RETURN ? State::kEnded : State::kFailed;
  ERR_clear_error();
}

bool TlsSession::encrypt(std::string_view plain, std::string& out) {
  if (state_ != State::kOpen) return false;
  output_ = &out;
  ERR_clear_error();
  std::size_t taken = 0;
  if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &taken) == 1) return true;
  state_ = State::kFailed;
  ERR_clear_error();
  return false;
}

void TlsSession::end(std::string& out) {
  if (state_ != State::kOpen && state_ != State::kEnded) return;
  output_ = &out;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  state_ = State::kEnded;
}

}  // namespace tillcast::net
