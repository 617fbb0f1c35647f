#include "protocol/client_address.h"

#include <gtest/gtest.h>

namespace tillcast::protocol {
namespace {

TEST(AddressBlock, is_one_client_of_either_kind) {
  EXPECT_EQ(address_block("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_block("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_block("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_block("2001:db8:1:2:ffff::1"), address_block("2001:0DB8:1:2::"));
  EXPECT_NE(address_block("2001:db8:1:2::1"), address_block("2001:db8:1:3::1"));
  EXPECT_EQ(address_block("nowhere"), "nowhere");
}

HttpRequest forwarded(std::vector<std::string> values) {
  HttpRequest request;
  for (std::string& value : values) {
    request.headers.push_back({"x-forwarded-for", std::move(value)});
  }
  return request;
}

TEST(ClientAddress, is_the_peer_if_that_is_no_proxy_of_ours) {
  const HttpRequest request = forwarded({"198.51.100.1"});
  EXPECT_EQ(client_address(request, "192.0.2.7", {}), "192.0.2.7");
  EXPECT_EQ(client_address(request, "192.0.2.7", {"127.0.0.1"}), "192.0.2.7");
}

TEST(ClientAddress, is_the_last_that_a_trusted_proxy_was_spoken_to_by) {
  const std::vector<std::string> trusted{"127.0.0.1", "10.0.0.1"};
  EXPECT_EQ(client_address(forwarded({"198.51.100.1"}), "127.0.0.1", trusted), "198.51.100.1");
  EXPECT_EQ(client_address(forwarded({"203.0.113.9, 198.51.100.1"}), "127.0.0.1", trusted),
            "198.51.100.1")
      << "what the client wrote itself is not believed";
  EXPECT_EQ(
      client_address(forwarded({"203.0.113.9", "198.51.100.1,10.0.0.1"}), "127.0.0.1", trusted),
      "198.51.100.1");
  EXPECT_EQ(client_address(forwarded({"::ffff:198.51.100.1"}), "127.0.0.1", trusted),
            "198.51.100.1");
}

TEST(ClientAddress, is_the_proxy_if_that_does_not_say) {
  const std::vector<std::string> trusted{"127.0.0.1"};
  EXPECT_EQ(client_address(forwarded({}), "127.0.0.1", trusted), "127.0.0.1");
  EXPECT_EQ(client_address(forwarded({"unknown"}), "127.0.0.1", trusted), "127.0.0.1");
  EXPECT_EQ(client_address(forwarded({"evil, 127.0.0.1"}), "127.0.0.1", trusted), "127.0.0.1");
}

}  // namespace
}  // namespace tillcast::protocol
