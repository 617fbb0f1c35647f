#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace tillcast::net {

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

/// What OpenSSL says of its last failure.
std::string reason() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text == nullptr ? "unknown reason" : text;
}

/// Nothing, and a sentence in `error`, if there is none to be had.
std::optional<std::string> contents(const std::string& file, std::string& error) {
  errno = 0;
  std::ostringstream text;
  // A folder opens as well, and fails when it is read.
  text << std::ifstream(file, std::ios::binary).rdbuf();
  if (text.tellp() > 0) return text.str();
  error = "cannot read " + file + ": " + (errno == 0 ? "it is empty" : std::strerror(errno));
  return std::nullopt;
}

Bio bio_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

std::optional<std::string> use_certificates(SSL_CTX& context, const std::string& file) {
  std::string error;
  const auto text = contents(file, error);
  if (!text) return error;
  const Bio bio = bio_of(*text);
  const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
  if (!own) {
    ERR_clear_error();
    return "there is no PEM certificate in " + file;
  }
  if (SSL_CTX_use_certificate(&context, own.get()) != 1) {
    return "cannot use the certificate in " + file + ": " + reason();
  }
  while (const Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(&context, next.get()) != 1) {
      return "cannot use a further certificate in " + file + ": " + reason();
    }
  }
  // The end of the file is an error, too.
  ERR_clear_error();
  return std::nullopt;
}

std::optional<std::string> use_key(SSL_CTX& context, const std::string& file,
                                   const std::string& certificate_file) {
  std::string error;
  const auto text = contents(file, error);
  if (!text) return error;
  const Bio bio = bio_of(*text);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    ERR_clear_error();
    return "there is no PEM private key without a passphrase in " + file;
  }
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1 ||
      SSL_CTX_check_private_key(&context) != 1) {
    ERR_clear_error();
    return "the key in " + file + " does not belong to the certificate in " + certificate_file;
  }
  return std::nullopt;
}

/// A client that offers protocols offers HTTP/1.1, or it is not meant for this server.
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
  constexpr std::string_view kHttp = "http/1.1";
  while (offered_bytes > 0 && offered_bytes > *offered) {
    const unsigned char bytes = *offered;
    if (kHttp == std::string_view(reinterpret_cast<const char*>(offered) + 1, bytes)) {
      *chosen = offered + 1;
      *chosen_bytes = bytes;
      return SSL_TLSEXT_ERR_OK;
    }
    offered += bytes + 1;
    offered_bytes -= bytes + 1U;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_rules(SSL_CTX& context) {
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(&context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // An idle connection keeps no buffers.
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
  // What a session needs to be resumed is in the client's ticket, so all loops know it.
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(&context, select_protocol, nullptr);
}

}  // namespace

Result<TlsContext::Handle, std::string> TlsContext::read(const std::string& certificate_file,
                                                         const std::string& key_file) {
  const Handle context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return "cannot start TLS: " + reason();
  set_rules(*context);
  if (const auto error = use_certificates(*context, certificate_file)) return *error;
  if (const auto error = use_key(*context, key_file, certificate_file)) return *error;
  return context;
}

Result<std::unique_ptr<TlsContext>, std::string> TlsContext::load(std::string certificate_file,
                                                                  std::string key_file) {
  const auto handle = read(certificate_file, key_file);
  if (!handle) return handle.error();
  return std::unique_ptr<TlsContext>(
      new TlsContext(std::move(certificate_file), std::move(key_file), *handle));
}

Result<void, std::string> TlsContext::reload() {
  auto handle = read(certificate_file_, key_file_);
  if (!handle) return handle.error();
  const std::lock_guard lock(mutex_);
  handle_ = *std::move(handle);
  return {};
}

std::unique_ptr<TlsSession> TlsContext::accept() const {
  const std::lock_guard lock(mutex_);
  return TlsSession::accept(*handle_);
}

}  // namespace tillcast::net
