#include "auth/credentials.h"

#include <gtest/gtest.h>

namespace tillcast::auth {
namespace {

using Kind = Credential::Kind;

TEST(Credentials, are_absent_without_headers) {
  EXPECT_EQ(read_credential("", "").kind, Kind::kNone);
  EXPECT_EQ(read_credential("", "theme=dark; a=b").kind, Kind::kNone);
  EXPECT_EQ(read_credential("", "tillcast_session=").kind, Kind::kNone);
}

TEST(Credentials, take_the_bearer_token_before_the_cookie) {
  const Credential credential = read_credential("bEaReR abc.def.ghi", "tillcast_session=secret");
  EXPECT_EQ(credential.kind, Kind::kBearer);
  EXPECT_EQ(credential.secret, "abc.def.ghi");
}

TEST(Credentials, find_the_session_cookie_among_others) {
  for (const std::string_view cookie :
       {"tillcast_session=s3", "a=b; tillcast_session=s3", "a=b;tillcast_session=s3 ; c=d",
        "xtillcast_session=no; tillcast_session=s3; tillcast_session=later"}) {
    const Credential credential = read_credential("", cookie);
    EXPECT_EQ(credential.kind, Kind::kSessionCookie);
    EXPECT_EQ(credential.secret, "s3") << cookie;
  }
}

TEST(Credentials, of_another_scheme_are_a_token_that_nobody_issued) {
  for (const std::string_view header : {"Basic dTpw", "Bearer", "abc.def.ghi", "Bearerx abc"}) {
    const Credential credential = read_credential(header, "tillcast_session=secret");
    EXPECT_EQ(credential.kind, Kind::kBearer) << header;
    EXPECT_EQ(credential.secret, "") << header;
  }
}

}  // namespace
}  // namespace tillcast::auth
