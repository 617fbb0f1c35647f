// Test support: certificates that are made on the spot, and a TLS client that is bytes in and bytes
// out.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace tillcast::net::testing {

inline std::string drain(BIO* bio) {
  std::string bytes(BIO_ctrl_pending(bio), '\0');
  if (!bytes.empty()) BIO_read(bio, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

/// A certificate for localhost, signed by its own key, as PEM.
struct Identity {
  std::string certificate;
  std::string key;

  static Identity make(const char* name) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_NAME* const subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_sign(x509, key, EVP_sha256());
    BIO* const bio = BIO_new(BIO_s_mem());
    Identity made;
    PEM_write_bio_X509(bio, x509);
    made.certificate = drain(bio);
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    made.key = drain(bio);
    BIO_free(bio);
    X509_free(x509);
    EVP_PKEY_free(key);
    return made;
  }
};

/// PEM files below the test's own folder.
struct IdentityFiles {
  explicit IdentityFiles(const char* folder) : path(folder) {
    std::filesystem::create_directories(path);
  }
  void write(const Identity& identity) const {
    std::ofstream(certificate()) << identity.certificate;
    std::ofstream(key()) << identity.key;
  }
  [[nodiscard]] std::string certificate() const { return path / "certificate.pem"; }
  [[nodiscard]] std::string key() const { return path / "key.pem"; }

  std::filesystem::path path;
};

/// OpenSSL's client over memory; verifies nothing.
class TlsClient {
 public:
  TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {}
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] SSL_CTX* context() const { return context_; }
  /// Begins a connection, once the context is as the test wants it.
  void start() {
    SSL_free(ssl_);
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_);
  }
  [[nodiscard]] SSL* ssl() const { return ssl_; }

  void receive(std::string_view bytes) {
    if (!bytes.empty()) {
      BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
    }
    ERR_clear_error();
    if (SSL_do_handshake(ssl_) != 1) return;
    char buffer[4096];
    int got = 0;
    while ((got = SSL_read(ssl_, buffer, sizeof buffer)) > 0) {
      plain.append(buffer, static_cast<std::size_t>(got));
    }
  }
  [[nodiscard]] bool open() const { return SSL_is_init_finished(ssl_) == 1; }
  void send(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  /// What goes to the server now.
  [[nodiscard]] std::string bytes() const { return drain(SSL_get_wbio(ssl_)); }
  [[nodiscard]] bool peer_has_ended() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  [[nodiscard]] std::string server_name() const {
    X509* const certificate = SSL_get1_peer_certificate(ssl_);
    char name[64] = "nobody";
    if (certificate != nullptr) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                sizeof name);
      X509_free(certificate);
    }
    return name;
  }

  std::string plain;

 private:
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
};

}  // namespace tillcast::net::testing
