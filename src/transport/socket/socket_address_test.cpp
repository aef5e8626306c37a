#include "transport/socket/socket_address.hpp"

#include <gtest/gtest.h>

namespace duplex::transport {
namespace {

std::string text_of(const std::string& host, std::uint16_t port) {
  const auto address = numeric_address({host, port});
  return address ? address->text() : "not a number";
}

TEST(SocketAddressTest, AddressesReadAsPeopleWriteThem) {
  EXPECT_EQ(text_of("203.0.113.7", 51234), "203.0.113.7:51234");
  EXPECT_EQ(text_of("::1", 80), "[::1]:80");
  EXPECT_EQ(text_of("2001:db8:0:0:0:0:0:1", 65535), "[2001:db8::1]:65535");
}

TEST(SocketAddressTest, AnIpv4PeerOfAnIpv6SocketReadsAsIpv4) {
  EXPECT_EQ(text_of("::ffff:203.0.113.7", 80), "203.0.113.7:80");
}

TEST(SocketAddressTest, HoweverAHostIsWrittenItsAddressReadsTheSame) {
  for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f.1", "::ffff:127.0.0.1"}) {
    const auto address = numeric_address({host, 80});
    ASSERT_TRUE(address) << host;
    EXPECT_EQ(address->host(), "127.0.0.1") << host;
  }
}

TEST(SocketAddressTest, TheSameLinkLocalAddressInAnotherZoneIsAnotherHost) {
  const auto address = numeric_address({"fe80::1%1", 80});
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host(), "fe80::1%1");
  EXPECT_EQ(address->text(), "[fe80::1%1]:80");
}

TEST(SocketAddressTest, ANameIsNoNumber) {
  EXPECT_EQ(text_of("localhost", 80), "not a number");
  EXPECT_EQ(text_of("", 80), "not a number");
}

TEST(SocketAddressTest, LookingUpANumberGivesItself) {
  const auto addresses = look_up({"127.0.0.1", 80});
  ASSERT_TRUE(addresses);
  ASSERT_EQ(addresses->size(), 1u);
  EXPECT_EQ(addresses->front().text(), "127.0.0.1:80");
}

}  // namespace
}  // namespace duplex::transport
