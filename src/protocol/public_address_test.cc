#include "protocol/public_address.h"

#include <gtest/gtest.h>

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <string>

namespace tillcast::protocol {
namespace {

bool is_public(const std::string& text) {
  if (const auto v4 = boost::urls::parse_ipv4_address(text)) {
    return is_public_address(v4->to_bytes());
  }
  return is_public_address(boost::urls::parse_ipv6_address(text).value().to_bytes());
}

TEST(PublicAddress, is_what_the_internet_gives_out) {
  for (const char* text :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0",     "172.15.255.255",  "172.32.0.0",
        "192.0.1.0",       "192.167.255.255", "192.169.0.0",     "198.17.255.255",
        "198.20.0.0",      "223.255.255.255", "2001:200::1",     "2606:4700:4700::1111",
        "2a00:1450::1",    "3ffe::1"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
}

TEST(PublicAddress, is_none_that_stands_for_a_machine_or_network_of_ones_own) {
  for (const char* text :
       {"0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255",  "100.64.0.0",
        "100.127.255.255", "127.0.0.1",       "127.255.255.255", "169.254.169.254", "172.16.0.0",
        "172.31.255.255",  "192.0.0.8",       "192.0.2.1",       "192.88.99.1",     "192.168.0.0",
        "192.168.255.255", "198.18.0.0",      "198.19.255.255",  "198.51.100.7",    "203.0.113.9",
        "224.0.0.1",       "239.255.255.255", "240.0.0.1",       "255.255.255.255"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
  for (const char* text : {"::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fdff::1",
                           "ff02::1", "100::1", "2001:db8::1", "3fff::1", "4000::1", "1fff::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

TEST(PublicAddress, is_none_behind_which_an_ipv4_address_is) {
  for (const char* text : {"::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1",
                           "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378::"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

TEST(PublicAddress, has_four_or_sixteen_bytes) {
  const unsigned char bytes[17] = {0x26, 0x06};
  for (const std::size_t size : {0U, 3U, 5U, 15U, 17U}) {
    EXPECT_FALSE(is_public_address(std::span(bytes, size))) << size;
  }
  EXPECT_TRUE(is_public_address(std::span(bytes, 16)));
}

}  // namespace
}  // namespace tillcast::protocol
