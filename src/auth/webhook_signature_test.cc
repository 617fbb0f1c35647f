#include "auth/webhook_signature.h"

#include <gtest/gtest.h>

namespace tillcast::auth {
namespace {

// Made with Python's hmac module from the same secret, time and body.
TEST(WebhookSignature, is_the_hmac_of_time_and_body) {
  EXPECT_EQ(sign_webhook("0123456789abcdef", R"({"type":"enrich-product"})", 1'700'000'000'999),
            "t=1700000000,v1="
            "f260781751a0d94db6b45e881cc93add2c5f00d7f228280e12bfd0b66352e0f8");
}

TEST(WebhookSignature, depends_on_secret_time_and_body) {
  const std::string one = sign_webhook("0123456789abcdef", "{}", 1'700'000'000'000);
  EXPECT_NE(one, sign_webhook("0123456789abcdeg", "{}", 1'700'000'000'000));
  EXPECT_NE(one, sign_webhook("0123456789abcdef", "{ }", 1'700'000'000'000));
  EXPECT_NE(one.substr(one.find(',')),
            sign_webhook("0123456789abcdef", "{}", 1'700'000'001'000).substr(one.find(',')));
}

}  // namespace
}  // namespace tillcast::auth
