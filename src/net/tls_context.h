// What a listener speaks TLS with: a certificate and its key from two PEM files, which may be read
// anew while the server runs.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "net/tls_session.h"

struct ssl_ctx_st;

namespace tillcast::net {

/// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) with forward secrecy and authenticated encryption alone,
/// ALPN `http/1.1` (RFC 7301), session tickets that are forgotten at a reload, no renegotiation and
/// no early data. Any thread.
class TlsContext {
 public:
  /// `certificate_file` holds the server's certificate and then those that lead to its issuer. Else
  /// a sentence that says which file is wrong and how.
  static Result<std::unique_ptr<TlsContext>, std::string> load(std::string certificate_file,
                                                               std::string key_file);

  /// Reads both files again, for connections from now on; those that are open keep what they have.
  /// If that fails nothing changes, and a sentence says why.
  Result<void, std::string> reload();

  /// The server's side of a new connection; null if there is no memory for it.
  [[nodiscard]] std::unique_ptr<TlsSession> accept() const;

 private:
  using Handle = std::shared_ptr<ssl_ctx_st>;

  TlsContext(std::string certificate_file, std::string key_file, Handle handle)
      : certificate_file_(std::move(certificate_file)),
        key_file_(std::move(key_file)),
        handle_(std::move(handle)) {}
  static Result<Handle, std::string> read(const std::string& certificate_file,
                                          const std::string& key_file);

  std::string certificate_file_;
  std::string key_file_;
  mutable std::mutex mutex_;  // taken once a connection
  Handle handle_;
};

}  // namespace tillcast::net
