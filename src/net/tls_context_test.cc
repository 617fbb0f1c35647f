#include "net/tls_context.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "net/testing.h"

namespace tillcast::net {
namespace {

using testing::Identity;
using testing::IdentityFiles;
using testing::TlsClient;

/// Whose certificate a client is shown now.
std::string shown_by(const TlsContext& context) {
  const auto session = context.accept();
  TlsClient client;
  client.start();
  client.receive({});
  const std::string hello = client.bytes();
  std::vector<std::byte> plain(hello.size() + TlsSession::kPlainBytesMore);
  std::string answer;
  session->feed(std::as_bytes(std::span(hello)), plain, answer);
  client.receive(answer);
  return client.server_name();
}

std::string error_of(const std::string& certificate, const std::string& key) {
  const auto loaded = TlsContext::load(certificate, key);
  return loaded.has_value() ? "no error" : loaded.error();
}

TEST(TlsContext, reads_new_files_for_new_connections) {
  const IdentityFiles files("tls_reload");
  files.write(Identity::make("first.test"));
  const auto context = TlsContext::load(files.certificate(), files.key());
  ASSERT_TRUE(context.has_value()) << context.error();
  EXPECT_EQ(shown_by(**context), "first.test");
  files.write(Identity::make("second.test"));
  EXPECT_EQ(shown_by(**context), "first.test");
  EXPECT_TRUE((*context)->reload().has_value());
  EXPECT_EQ(shown_by(**context), "second.test");
}

TEST(TlsContext, keeps_what_it_has_when_the_new_files_are_bad) {
  const IdentityFiles files("tls_bad_reload");
  files.write(Identity::make("first.test"));
  const auto context = TlsContext::load(files.certificate(), files.key());
  ASSERT_TRUE(context.has_value()) << context.error();
  std::ofstream(files.key()) << Identity::make("other.test").key;
  const auto reloaded = (*context)->reload();
  ASSERT_TRUE(reloaded.has_error());
  EXPECT_EQ(reloaded.error(), "the key in " + files.key() +
                                  " does not belong to the certificate in " + files.certificate());
  EXPECT_EQ(shown_by(**context), "first.test");
}

TEST(TlsContext, says_which_file_is_wrong) {
  const IdentityFiles files("tls_wrong");
  files.write(Identity::make("first.test"));
  EXPECT_EQ(error_of("tls_wrong/none.pem", files.key()),
            "cannot read tls_wrong/none.pem: No such file or directory");
  EXPECT_EQ(error_of(files.certificate(), "tls_wrong/none.pem"),
            "cannot read tls_wrong/none.pem: No such file or directory");
  EXPECT_EQ(error_of("tls_wrong", files.key()), "cannot read tls_wrong: Is a directory");
  EXPECT_EQ(error_of(files.key(), files.key()), "there is no PEM certificate in " + files.key());
  EXPECT_EQ(error_of(files.certificate(), files.certificate()),
            "there is no PEM private key without a passphrase in " + files.certificate());
}

}  // namespace
}  // namespace tillcast::net
