#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace tillcast::app {
namespace {

TEST(ListenAddress, takes_a_host_and_a_port) {
  const auto address = parse_listen_address("127.0.0.1:8800");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 8800);
  EXPECT_EQ(address->url(8801), "http://127.0.0.1:8801");
}

TEST(ListenAddress, takes_an_ipv6_address_in_brackets) {
  const auto address = parse_listen_address("[::1]:0");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->url(9000), "http://[::1]:9000");
}

TEST(ListenAddress, refuses_what_has_no_host_or_no_good_port) {
  for (const char* text : {"", "8800", ":8800", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536",
                           "127.0.0.1:-1", "::1:80", "[]:80"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

TEST(ListenAddress, knows_which_addresses_stay_on_this_machine) {
  for (const char* text : {"127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"}) {
    EXPECT_TRUE(parse_listen_address(text)->is_loopback()) << text;
  }
  for (const char* text : {"0.0.0.0:1", "[::]:1", "192.168.1.4:1", "12.7.0.1:1"}) {
    EXPECT_FALSE(parse_listen_address(text)->is_loopback()) << text;
  }
}

TEST(ListenAddress, shows_the_address_that_a_browser_takes) {
  EXPECT_EQ(parse_listen_address("[::1]:0")->url(8080), "http://[::1]:8080");
  EXPECT_EQ(parse_listen_address("127.0.0.1:0")->url(8443, true), "https://127.0.0.1:8443");
}

}  // namespace
}  // namespace tillcast::app
