// The streams of a loop that go over TLS.
#include <sys/socket.h>

#include <utility>

#include "base/limits.h"
#include "net/loop.h"

namespace tillcast::net {

using realtime::WireId;

void Loop::set_tls(WireId wire, std::unique_ptr<TlsSession> session) {
  if (tls_.size() <= wire.get()) tls_.resize(wire.get() + 1);
  tls_[wire.get()] = std::move(session);
  if (plain_buffer_.empty()) {
    plain_buffer_.resize(limits::kReadBufferBytes + TlsSession::kPlainBytesMore);
  }
}

void Loop::read_tls(WireId wire, TlsSession& session, std::span<const std::byte> bytes) {
  const std::uint32_t generation = sockets_[wire.get()].generation;
  cipher_.clear();
  const TlsSession::Fed fed = session.feed(bytes, plain_buffer_, cipher_);
  if (fed.state == TlsSession::State::kEnded) session.end(cipher_);
  send_cipher(wire, session);
  if (fed.plain_bytes > 0) {
    sockets_[wire.get()].events->on_bytes(std::span(plain_buffer_).first(fed.plain_bytes));
    if (sockets_[wire.get()].generation != generation) return;
  }
  Socket& socket = sockets_[wire.get()];
  auto* const handler = socket.events;
  if (handler == nullptr) return;
  if (fed.state == TlsSession::State::kEnded || fed.state == TlsSession::State::kFailed) {
    // What is said last, an alert or the answer to the peer's end, has to arrive.
    socket.events = nullptr;
    close_tls(wire, session);
    handler->on_closed();
  } else if (session.owed().size() > limits::kTlsOwedBytesMax) {
    // A peer can make TLS answer without end (key updates), and not read the answers.
    destroy(wire);
    handler->on_closed();
  }
}

std::size_t Loop::send_tls(WireId wire, TlsSession& session, std::string_view plain) {
  // Nobody can be told anything before the handshake or after the end.
  if (session.state() != TlsSession::State::kOpen) return plain.size();
  if (!send_owed(wire, session)) return 0;
  std::size_t taken = 0;
  while (taken < plain.size() && session.owed().empty()) {
    const std::string_view batch = plain.substr(taken, limits::kTlsBatchBytesMax);
    cipher_.clear();
    if (!session.encrypt(batch, cipher_)) return plain.size();
    taken += batch.size();
    send_cipher(wire, session);
  }
  return taken;
}

void Loop::send_cipher(WireId wire, TlsSession& session) {
  if (cipher_.empty()) return;
  std::size_t sent = 0;
  if (session.owed().empty()) sent = send_raw(wire, cipher_);
  if (sent < cipher_.size()) session.owed().append(cipher_, sent);
}

bool Loop::send_owed(WireId wire, TlsSession& session) {
  std::string& owed = session.owed();
  if (owed.empty()) return true;
  owed.erase(0, send_raw(wire, owed));
  if (!owed.empty()) return false;
  owed = std::string();
  // A stream that was closed while it owed something ends now.
  if (sockets_[wire.get()].events == nullptr) ::shutdown(sockets_[wire.get()].fd, SHUT_WR);
  return true;
}

void Loop::close_tls(WireId wire, TlsSession& session) {
  cipher_.clear();
  session.end(cipher_);
  send_cipher(wire, session);
  const bool all_sent = session.owed().empty();
  if (all_sent) ::shutdown(sockets_[wire.get()].fd, SHUT_WR);
  linger(wire, all_sent ? limits::kCloseTimeoutMs : limits::kHttpWriteStallMs);
}

}  // namespace tillcast::net
