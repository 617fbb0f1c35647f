// The server's side of one TLS connection: bytes of the socket in and out, bytes of HTTP out and
// in. It has no socket, so tests feed it bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace tillcast::net {

/// One thread at a time. Costs about 14 kB, and 17 more while a record is only half there.
class TlsSession {
 public:
  enum class State : std::uint8_t {
    kHandshake,
    kOpen,
    kEnded,   // the peer said that it sends no more
    kFailed,  // what came is not TLS, or not a TLS that is spoken here
  };
  struct Fed {
    State state;
    std::size_t plain_bytes;
  };

  /// Null if there is no memory.
  static std::unique_ptr<TlsSession> accept(ssl_ctx_st& context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// Takes bytes of the socket, cut anywhere. What was in them goes to the front of `plain`, which
  /// has room for them and kPlainBytesMore; what the peer must be sent for it is appended to `out`:
  /// the handshake, an alert, or a page that says that this port speaks TLS.
  Fed feed(std::span<const std::byte> input, std::span<std::byte> plain, std::string& out);
  /// A record whose first part came earlier.
  static constexpr std::size_t kPlainBytesMore = 20 * 1024;

  [[nodiscard]] State state() const { return state_; }

  /// Appends records that carry `plain` to `out`. Only while open; false if OpenSSL failed.
  bool encrypt(std::string_view plain, std::string& out);
  /// Appends close_notify, if there is anybody to be told: nothing is encrypted after it.
  void end(std::string& out);

  /// What the socket did not take yet. Its owner bounds it by limits::kTlsOwedBytesMax.
  [[nodiscard]] std::string& owed() { return owed_; }

 private:
  TlsSession() = default;
  void shake_hands();
  /// Reads records until the input is used up.
  std::size_t decrypt(std::span<std::byte> plain);
  void take_error(int result);

  friend struct TlsSessionIo;
  struct SslFree {
    void operator()(ssl_st* ssl) const;
  };
  std::unique_ptr<ssl_st, SslFree> ssl_;
  State state_ = State::kHandshake;
  bool began_ = false;
  // Where OpenSSL reads and writes during a call.
  std::span<const std::byte> input_;
  std::string* output_ = nullptr;
  std::string owed_;
};

}  // namespace tillcast::net
